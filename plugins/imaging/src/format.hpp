// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string_view>

namespace nnflow::imaging {

/// File formats of the library. DICOM has no ending: its files are known by what they begin with.
enum class Format { kUnknown, kNifti, kNrrd, kMeta, kGipl, kPng, kBmp, kTiff, kDicom };

/// Format of a file name or ending; letter case does not matter.
[[nodiscard]] Format format_of(std::string_view name);

/// As `format_of`, but an unknown ending is an Error(kInvalidData) that names the file.
[[nodiscard]] Format require_format(const std::filesystem::path& path);

/// Formats of photographs, whose files say nothing reliable about physical size.
[[nodiscard]] constexpr bool is_natural(Format format) {
  return format == Format::kPng || format == Format::kBmp || format == Format::kTiff;
}

}  // namespace nnflow::imaging
