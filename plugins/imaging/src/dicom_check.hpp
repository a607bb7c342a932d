// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>

namespace nnflow::imaging {

/// Throws Error(kIo) for a DICOM file whose pixel data ends early, which GDCM reads without a word.
/// `pixels` is their number in the file.
void require_whole_pixels(const std::filesystem::path& path, std::int64_t pixels);

/// Throws Error(kInvalidData) for a DICOM file that is deflated as a whole, whose pixel data cannot
/// be checked.
void refuse_deflated(const std::filesystem::path& path);

}  // namespace nnflow::imaging
