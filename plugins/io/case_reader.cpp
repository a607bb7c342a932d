// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "io/case_reader.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <nnflow/error.hpp>
#include <utility>

#include "io/kernels/case_checks.hpp"

namespace nnflow::io {
namespace {
using imaging::Geometry;
using imaging::LabelMap;
using imaging::Spacing3;
using imaging::Volume;
namespace fs = std::filesystem;

std::string number_text(double value) {
  std::array<char, 32> text{};
  return {text.data(), std::to_chars(text.data(), text.data() + text.size(), value).ptr};
}

std::string spacing_text(const Spacing3& mm) {
  return number_text(mm[0]) + " x " + number_text(mm[1]) + " x " + number_text(mm[2]) +
         " mm (z, y, x)";
}

/// What is wrong with a case.
class Findings {
 public:
  void add(const fs::path& path, const std::string& text) {
    add(Error(ErrorCode::kInvalidData, path.string() + ": " + text));
  }
  void add(const Error& error) {
    code_ = texts_.empty() ? error.code() : ErrorCode::kInvalidData;
    texts_.emplace_back(error.what());
  }
  void throw_if_any() const {
    if (texts_.empty()) return;
    std::string text = texts_.front();
    for (std::size_t i = 1; i < texts_.size(); ++i) text += "\n  " + texts_[i];
    throw Error(code_, text);
  }

 private:
  ErrorCode code_ = ErrorCode::kInvalidData;
  std::vector<std::string> texts_;
};

bool differs(const auto& a, const auto& b) {
  return !std::equal(a.begin(), a.end(), b.begin(), [](double x, double y) {
    return std::abs(x - y) <= 1e-8 + 1e-5 * std::abs(y);
  });
}

// Other places in space change no result but are worth a look.
void remark_place(const fs::path& path,
                  const Geometry& found,
                  const fs::path& reference,
                  const Geometry& expected,
                  const Warn& warn) {
  const auto remark = [&](const char* what) {
    warn(path.string() + ": " + what + " differs from that of " + reference.string());
  };
  if (found.original_affine && expected.original_affine) {
    if (differs(*found.original_affine, *expected.original_affine)) remark("affine");
    return;
  }
  if (differs(found.origin, expected.origin)) remark("origin");
  if (differs(found.direction, expected.direction)) remark("direction");
}

template <class Image>
void check_grid(const fs::path& path,
                const Image& found,
                const fs::path& reference,
                const Volume& expected,
                const Warn& warn,
                Findings& findings) {
  if (found.extent() != expected.extent()) {
    findings.add(path, "shape " + extent_text(found.extent()) + " differs from " +
                           extent_text(expected.extent()) + " of " + reference.string());
  }
  if (!spacings_agree(found.spacing, expected.spacing)) {
    findings.add(path, "spacing " + spacing_text(found.spacing) + " differs from " +
                           spacing_text(expected.spacing) + " of " + reference.string());
  }
  remark_place(path, found.geometry, reference, expected.geometry, warn);
}

void check_finite(const fs::path& path, const Volume& image, Findings& findings) {
  for (std::int64_t c = 0; c < image.channels(); ++c) {
    const auto at = first_not_finite(image.channel(c));
    if (!at) continue;
    const auto place = coordinates(*at, image.extent());
    findings.add(path, std::string(std::isnan(image.channel(c)[*at]) ? "NaN" : "infinity") +
                           " at voxel (z, y, x) = (" + std::to_string(place[0]) + ", " +
                           std::to_string(place[1]) + ", " + std::to_string(place[2]) +
                           "), expected finite values");
    return;
  }
}

std::string joined(const auto& values) {
  std::string text;
  for (const auto value : values) text += (text.empty() ? "" : ", ") + std::to_string(value);
  return text;
}

Volume stacked(const std::vector<Volume>& parts) {
  std::int64_t channels = 0;
  for (const Volume& part : parts) channels += part.channels();
  Volume image(channels, parts.front().extent());
  image.spacing = parts.front().spacing;
  image.geometry = parts.front().geometry;
  auto out = image.voxels().begin();
  for (const Volume& part : parts) out = std::copy(part.voxels().begin(), part.voxels().end(), out);
  return image;
}

std::vector<Volume> read_channels(const nnunet::CaseFiles& files,
                                  const nnunet::ImageReaderWriter& reader,
                                  const Warn& warn,
                                  Findings& findings) {
  std::vector<Volume> parts;
  const fs::path* first = nullptr;
  for (const fs::path& path : files.images) {
    try {
      parts.push_back(reader.read_image(path));
    } catch (const Error& error) {
      findings.add(error);
      continue;
    }
    if (first == nullptr) first = &path;
    check_grid(path, parts.back(), *first, parts.front(), warn, findings);
    check_finite(path, parts.back(), findings);
  }
  return parts;
}

void check_values(const fs::path& path,
                  const LabelMap& labels,
                  const nnunet::DatasetDescription& dataset,
                  Findings& findings) {
  std::vector<std::int64_t> declared = dataset.labels.all_labels();
  if (const auto ignore = dataset.labels.ignore_label()) declared.push_back(*ignore);
  const auto undeclared = undeclared_values(labels.voxels(), declared);
  if (undeclared.empty()) return;
  findings.add(path, "label values " + joined(undeclared) +
                         " are not declared in dataset.json, which has " + joined(declared));
}

}  // namespace

std::string extent_text(const imaging::Extent3& extent) {
  return std::to_string(extent[0]) + " x " + std::to_string(extent[1]) + " x " +
         std::to_string(extent[2]) + " voxels (z, y, x)";
}

CaseImages read_case(const nnunet::CaseFiles& files,
                     const nnunet::DatasetDescription* dataset,
                     const nnunet::ImageReaderWriter& reader,
                     const Warn& warn) {
  if (files.images.empty())
    throw Error(ErrorCode::kInvalidData, "case " + files.id + " has no image file");
  Findings findings;
  std::vector<Volume> parts = read_channels(files, reader, warn, findings);
  const bool complete = parts.size() == files.images.size();
  std::int64_t channels = 0;
  for (const Volume& part : parts) channels += part.channels();
  if (complete && dataset != nullptr &&
      channels != static_cast<std::int64_t>(dataset->channels.size())) {
    findings.add(files.images.front(), "the case has " + std::to_string(channels) +
                                           " channels in " + std::to_string(files.images.size()) +
                                           " files, dataset.json declares " +
                                           std::to_string(dataset->channels.size()));
  }
  CaseImages result;
  if (files.label) {
    try {
      result.label = reader.read_labels(*files.label);
      if (!parts.empty()) {
        check_grid(*files.label, *result.label, files.images.front(), parts.front(), warn,
                   findings);
      }
      if (dataset != nullptr) check_values(*files.label, *result.label, *dataset, findings);
    } catch (const Error& error) {
      findings.add(error);
    }
  }
  findings.throw_if_any();
  result.image = parts.size() == 1 ? std::move(parts.front()) : stacked(parts);
  return result;
}

}  // namespace nnflow::io
