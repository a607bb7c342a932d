// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// Byte images of the payloads that have no file format of their own.

#include "nnflow/nnunet/dataset.hpp"
#include "nnflow/nnunet/fingerprint.hpp"
#include "nnflow/nnunet/metrics.hpp"
#include "nnflow/nnunet/model.hpp"
#include "support/archive.hpp"

namespace nnflow {

using nnunet::ArchiveReader;
using nnunet::ArchiveWriter;

std::size_t PayloadTraits<nnunet::CaseFiles>::bytes(const nnunet::CaseFiles& value) {
  return sizeof(value) + value.images.size() * sizeof(std::filesystem::path);
}
void PayloadTraits<nnunet::CaseFiles>::save(const nnunet::CaseFiles& value, std::string& out) {
  ArchiveWriter archive(out);
  archive.put(std::string_view(value.id));
  archive.put(std::string_view(value.reader));
  archive.put(static_cast<std::uint64_t>(value.images.size()));
  for (const auto& image : value.images) archive.put(std::string_view(image.string()));
  archive.put(value.label.has_value());
  if (value.label) archive.put(std::string_view(value.label->string()));
}
nnunet::CaseFiles PayloadTraits<nnunet::CaseFiles>::load(std::string_view bytes) {
  ArchiveReader archive(bytes, kId);
  nnunet::CaseFiles value;
  value.id = archive.text();
  value.reader = archive.text();
  for (auto& image : archive.texts()) value.images.emplace_back(std::move(image));
  if (archive.get<char>() != 0) value.label = archive.text();
  return value;
}

std::size_t PayloadTraits<nnunet::CaseStatistics>::bytes(const nnunet::CaseStatistics& value) {
  std::size_t size = sizeof(value);
  for (const auto& channel : value.foreground_intensities) size += channel.size() * sizeof(float);
  return size;
}
void PayloadTraits<nnunet::CaseStatistics>::save(const nnunet::CaseStatistics& value,
                                                 std::string& out) {
  ArchiveWriter archive(out);
  archive.put(std::string_view(value.id));
  for (const auto length : value.shape_before_crop) archive.put(length);
  for (const auto length : value.shape_after_crop) archive.put(length);
  for (const double length : value.spacing) archive.put(length);
  archive.put(value.relative_size_after_cropping);
  archive.put(static_cast<std::uint64_t>(value.foreground_intensities.size()));
  for (const auto& channel : value.foreground_intensities) archive.put_block(channel);
}
nnunet::CaseStatistics PayloadTraits<nnunet::CaseStatistics>::load(std::string_view bytes) {
  ArchiveReader archive(bytes, kId);
  nnunet::CaseStatistics value;
  value.id = archive.text();
  value.shape_before_crop = archive.get<imaging::Extent3>();
  value.shape_after_crop = archive.get<imaging::Extent3>();
  value.spacing = archive.get<imaging::Spacing3>();
  value.relative_size_after_cropping = archive.get<double>();
  value.foreground_intensities.resize(archive.count(sizeof(std::uint64_t)));
  for (auto& channel : value.foreground_intensities) channel = archive.block<float>();
  return value;
}

std::size_t PayloadTraits<nnunet::TrainedModel>::bytes(const nnunet::TrainedModel& value) {
  return sizeof(value);
}
void PayloadTraits<nnunet::TrainedModel>::save(const nnunet::TrainedModel& value,
                                               std::string& out) {
  ArchiveWriter archive(out);
  archive.put(std::string_view(value.folder.string()));
  archive.put(static_cast<std::uint64_t>(value.folds.size()));
  for (const auto& fold : value.folds) archive.put(std::string_view(fold));
  archive.put(std::string_view(value.checkpoint));
  archive.put(std::string_view(value.configuration));
  archive.put(std::string_view(value.trainer));
  archive.put(value.mirror_axes.has_value());
  archive.put_block(value.mirror_axes.value_or(std::vector<int>{}));
  archive.put(std::string_view(value.weights_digest));
}
nnunet::TrainedModel PayloadTraits<nnunet::TrainedModel>::load(std::string_view bytes) {
  ArchiveReader archive(bytes, kId);
  nnunet::TrainedModel value;
  value.folder = archive.text();
  value.folds = archive.texts();
  value.checkpoint = archive.text();
  value.configuration = archive.text();
  value.trainer = archive.text();
  const bool mirrored = archive.get<char>() != 0;
  auto axes = archive.block<int>();
  if (mirrored) value.mirror_axes = std::move(axes);
  value.weights_digest = archive.text();
  return value;
}

std::size_t PayloadTraits<nnunet::CaseMetrics>::bytes(const nnunet::CaseMetrics& value) {
  return sizeof(value) + value.metrics.size() * sizeof(value.metrics[0]);
}
void PayloadTraits<nnunet::CaseMetrics>::save(const nnunet::CaseMetrics& value, std::string& out) {
  ArchiveWriter archive(out);
  archive.put(std::string_view(value.id));
  archive.put(std::string_view(value.prediction_file));
  archive.put(std::string_view(value.reference_file));
  archive.put(static_cast<std::uint64_t>(value.metrics.size()));
  for (const auto& [label, counts] : value.metrics) {
    archive.put(label.is_region);
    archive.put_block(label.labels);
    for (const auto count : {counts.tp, counts.fp, counts.fn, counts.tn}) archive.put(count);
  }
}
nnunet::CaseMetrics PayloadTraits<nnunet::CaseMetrics>::load(std::string_view bytes) {
  ArchiveReader archive(bytes, kId);
  nnunet::CaseMetrics value;
  value.id = archive.text();
  value.prediction_file = archive.text();
  value.reference_file = archive.text();
  constexpr std::size_t kEntryBytes = 1 + 5 * sizeof(std::int64_t);
  value.metrics.resize(archive.count(kEntryBytes));
  for (auto& [label, counts] : value.metrics) {
    label.is_region = archive.get<char>() != 0;
    label.labels = archive.block<std::int64_t>();
    counts.tp = archive.get<std::int64_t>();
    counts.fp = archive.get<std::int64_t>();
    counts.fn = archive.get<std::int64_t>();
    counts.tn = archive.get<std::int64_t>();
  }
  return value;
}

}  // namespace nnflow
