// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// Byte images of the payloads that have a file format of their own: the image is that file's text.

#include "nnflow/nnunet/dataset.hpp"
#include "nnflow/nnunet/fingerprint.hpp"
#include "nnflow/nnunet/metrics.hpp"
#include "nnflow/nnunet/plans.hpp"
#include "nnflow/nnunet/properties.hpp"
#include "nnflow/nnunet/splits.hpp"
#include "support/archive.hpp"

namespace nnflow {
namespace {

constexpr nnunet::JsonStyle kCompact{.indent = -1, .sort_keys = false, .compact = true};

std::size_t text_bytes(const nnunet::Json& json) {
  return nnunet::dump_json(json, kCompact).size();
}

}  // namespace

using nnunet::ArchiveReader;
using nnunet::ArchiveWriter;

std::size_t PayloadTraits<nnunet::DatasetDescription>::bytes(
    const nnunet::DatasetDescription& value) {
  return sizeof(value) + text_bytes(value.json);
}
void PayloadTraits<nnunet::DatasetDescription>::save(const nnunet::DatasetDescription& value,
                                                     std::string& out) {
  ArchiveWriter archive(out);
  archive.put(std::string_view(value.folder.string()));
  archive.put(std::string_view(nnunet::dump_json(value.json, kCompact)));
  archive.put(std::string_view(value.workspace.string()));
  // Tells runs that write to other places apart, where the environment names the place.
  archive.put(std::string_view(value.roots().preprocessed.value_or("").string()));
}
nnunet::DatasetDescription PayloadTraits<nnunet::DatasetDescription>::load(std::string_view bytes) {
  ArchiveReader archive(bytes, kId);
  const std::string folder = archive.text();
  auto value =
      nnunet::DatasetDescription::from_json(nnunet::parse_json(archive.text(), kId), folder, kId);
  value.workspace = archive.text();
  return value;
}

std::size_t PayloadTraits<nnunet::Fingerprint>::bytes(const nnunet::Fingerprint& value) {
  return sizeof(value) +
         value.spacings.size() * (sizeof(imaging::Extent3) + sizeof(imaging::Spacing3));
}
void PayloadTraits<nnunet::Fingerprint>::save(const nnunet::Fingerprint& value, std::string& out) {
  out += nnunet::dump_json(value.to_json(), kCompact);
}
nnunet::Fingerprint PayloadTraits<nnunet::Fingerprint>::load(std::string_view bytes) {
  return nnunet::Fingerprint::from_json(nnunet::parse_json(bytes, kId), kId);
}

std::size_t PayloadTraits<nnunet::Plans>::bytes(const nnunet::Plans& value) {
  return sizeof(value) + text_bytes(value.document());
}
void PayloadTraits<nnunet::Plans>::save(const nnunet::Plans& value, std::string& out) {
  out += nnunet::dump_json(value.document(), kCompact);
}
nnunet::Plans PayloadTraits<nnunet::Plans>::load(std::string_view bytes) {
  return nnunet::Plans::from_json(nnunet::parse_json(bytes, kId), kId);
}

std::size_t PayloadTraits<nnunet::CaseProperties>::bytes(const nnunet::CaseProperties& value) {
  std::size_t size = sizeof(value);
  if (value.class_locations) {
    for (const auto& entry : *value.class_locations) {
      size += sizeof(entry) + entry.voxels.size() * sizeof(entry.voxels[0]);
    }
  }
  return size;
}
void PayloadTraits<nnunet::CaseProperties>::save(const nnunet::CaseProperties& value,
                                                 std::string& out) {
  ArchiveWriter archive(out);
  // A nibabel geometry and a plain one are derived in the pickle; keep the exact numbers beside it.
  // The pickle holds the rest of the geometry.
  archive.put(value.geometry.dimension);
  for (const double number : value.geometry.spacing) archive.put(number);
  for (const double number : value.geometry.origin) archive.put(number);
  for (const double number : value.geometry.direction) archive.put(number);
  out += value.to_pickle();
}
nnunet::CaseProperties PayloadTraits<nnunet::CaseProperties>::load(std::string_view bytes) {
  ArchiveReader archive(bytes, kId);
  imaging::Geometry geometry;
  geometry.dimension = archive.get<int>();
  for (double& number : geometry.spacing) number = archive.get<double>();
  for (double& number : geometry.origin) number = archive.get<double>();
  for (double& number : geometry.direction) number = archive.get<double>();
  constexpr std::size_t kGeometryBytes = sizeof(int) + 15 * sizeof(double);
  auto value = nnunet::CaseProperties::from_pickle(bytes.substr(kGeometryBytes), kId);
  value.geometry.dimension = geometry.dimension;
  value.geometry.spacing = geometry.spacing;
  value.geometry.origin = geometry.origin;
  value.geometry.direction = geometry.direction;
  return value;
}

std::size_t PayloadTraits<nnunet::Splits>::bytes(const nnunet::Splits& value) {
  return sizeof(value) + text_bytes(value.to_json());
}
void PayloadTraits<nnunet::Splits>::save(const nnunet::Splits& value, std::string& out) {
  out += nnunet::dump_json(value.to_json(), kCompact);
}
nnunet::Splits PayloadTraits<nnunet::Splits>::load(std::string_view bytes) {
  return nnunet::Splits::from_json(nnunet::parse_json(bytes, kId), kId);
}

std::size_t PayloadTraits<nnunet::Summary>::bytes(const nnunet::Summary& value) {
  return sizeof(value) + value.cases.size() * sizeof(nnunet::CaseMetrics);
}
void PayloadTraits<nnunet::Summary>::save(const nnunet::Summary& value, std::string& out) {
  out += nnunet::dump_json(value.to_json(), kCompact);
}
nnunet::Summary PayloadTraits<nnunet::Summary>::load(std::string_view bytes) {
  return nnunet::Summary::from_json(nnunet::parse_json(bytes, kId), kId);
}

}  // namespace nnflow
