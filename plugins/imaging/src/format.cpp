// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "format.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "nnflow/error.hpp"
#include "nnflow/imaging/image_io.hpp"

namespace nnflow::imaging {
namespace {
constexpr std::array<std::pair<std::string_view, Format>, 12> kEndings{{
    {".nii.gz", Format::kNifti},
    {".nii", Format::kNifti},
    {".nrrd", Format::kNrrd},
    {".nhdr", Format::kNrrd},
    {".mha", Format::kMeta},
    {".mhd", Format::kMeta},
    {".gipl.gz", Format::kGipl},
    {".gipl", Format::kGipl},
    {".png", Format::kPng},
    {".bmp", Format::kBmp},
    {".tif", Format::kTiff},
    {".tiff", Format::kTiff},
}};

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return result;
}
}  // namespace

Format format_of(std::string_view name) {
  const std::string text = lower(name);
  for (const auto& [ending, format] : kEndings) {
    if (text.ends_with(ending)) return format;
  }
  return Format::kUnknown;
}

Format require_format(const std::filesystem::path& path) {
  const Format format = format_of(path.filename().string());
  if (format == Format::kUnknown) {
    throw Error(
        ErrorCode::kInvalidData,
        path.string() +
            ": unknown image file ending, expected one of .nii.gz .nii .nrrd .nhdr .mha .mhd "
            ".gipl .gipl.gz .png .bmp .tif .tiff");
  }
  return format;
}

bool is_image_ending(std::string_view ending) {
  const std::string text = lower(ending);
  return std::any_of(kEndings.begin(), kEndings.end(),
                     [&](const auto& entry) { return entry.first == text; });
}

}  // namespace nnflow::imaging
