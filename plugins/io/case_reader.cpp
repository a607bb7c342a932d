// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "io/case_reader.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <nnflow/error.hpp>
#include <nnflow/imaging/image_io.hpp>
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

[[noreturn]] void fail(const fs::path& path, const std::string& text) {
  throw Error(ErrorCode::kInvalidData, path.string() + ": " + text);
}

// Other places in space change no result but are worth a look.
void remark_place(const fs::path& path,
                  const Geometry& found,
                  const fs::path& reference,
                  const Geometry& expected,
                  const Warn& warn) {
  const auto differs = [](const auto& a, const auto& b) {
    return !std::equal(a.begin(), a.end(), b.begin(), [](double x, double y) {
      return std::abs(x - y) <= 1e-8 + 1e-5 * std::abs(y);
    });
  };
  if (differs(found.origin, expected.origin))
    warn(path.string() + ": origin differs from that of " + reference.string());
  if (differs(found.direction, expected.direction)) {
    warn(path.string() + ": direction differs from that of " + reference.string());
  }
}

template <class Image>
void require_same_grid(const fs::path& path,
                       const Image& found,
                       const fs::path& reference,
                       const Volume& expected,
                       const Warn& warn) {
  if (found.extent() != expected.extent()) {
    fail(path, "shape " + extent_text(found.extent()) + " differs from " +
                   extent_text(expected.extent()) + " of " + reference.string());
  }
  if (!spacings_agree(found.spacing, expected.spacing)) {
    fail(path, "spacing " + spacing_text(found.spacing) + " differs from " +
                   spacing_text(expected.spacing) + " of " + reference.string());
  }
  remark_place(path, found.geometry, reference, expected.geometry, warn);
}

void require_finite(const fs::path& path, const Volume& image) {
  for (std::int64_t c = 0; c < image.channels(); ++c) {
    const auto at = first_not_finite(image.channel(c));
    if (!at) continue;
    const auto place = coordinates(*at, image.extent());
    fail(path, std::string(std::isnan(image.channel(c)[*at]) ? "NaN" : "infinity") +
                   " at voxel (z, y, x) = (" + std::to_string(place[0]) + ", " +
                   std::to_string(place[1]) + ", " + std::to_string(place[2]) +
                   "), expected finite values");
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

}  // namespace

std::string extent_text(const imaging::Extent3& extent) {
  return std::to_string(extent[0]) + " x " + std::to_string(extent[1]) + " x " +
         std::to_string(extent[2]) + " voxels (z, y, x)";
}

Volume read_case_image(const nnunet::CaseFiles& files,
                       const nnunet::DatasetDescription* dataset,
                       const Warn& warn) {
  if (files.images.empty())
    throw Error(ErrorCode::kInvalidData, "case " + files.id + " has no image file");
  std::vector<Volume> parts;
  for (const fs::path& path : files.images) {
    parts.push_back(imaging::read_image(path));
    require_same_grid(path, parts.back(), files.images.front(), parts.front(), warn);
    require_finite(path, parts.back());
  }
  Volume image = parts.size() == 1 ? std::move(parts.front()) : stacked(parts);
  if (dataset != nullptr &&
      image.channels() != static_cast<std::int64_t>(dataset->channels.size())) {
    fail(files.images.front(), "the case has " + std::to_string(image.channels()) +
                                   " channels in " + std::to_string(files.images.size()) +
                                   " files, dataset.json declares " +
                                   std::to_string(dataset->channels.size()));
  }
  return image;
}

LabelMap read_case_label(const nnunet::CaseFiles& files,
                         const Volume& image,
                         const nnunet::DatasetDescription* dataset,
                         const Warn& warn) {
  const fs::path& path = files.label.value();
  LabelMap labels = imaging::read_labels(path);
  require_same_grid(path, labels, files.images.front(), image, warn);
  if (dataset == nullptr) return labels;
  std::vector<std::int64_t> declared = dataset->labels.all_labels();
  if (const auto ignore = dataset->labels.ignore_label()) declared.push_back(*ignore);
  const auto undeclared = undeclared_values(labels.voxels(), declared);
  if (!undeclared.empty()) {
    fail(path, "label values " + joined(undeclared) +
                   " are not declared in dataset.json, which has " + joined(declared));
  }
  return labels;
}

}  // namespace nnflow::io
