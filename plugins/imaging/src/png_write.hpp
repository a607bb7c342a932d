// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "itk_bridge.hpp"

namespace nnflow::imaging {

/// Writes a 2D picture of 8 or 16 bit, grey or RGB, as PNG. ITK's writer corrupts memory when the
/// disk is full. Throws Error(kIo) with the reason.
void png_write(const std::filesystem::path& path, const ItkImage& image);

}  // namespace nnflow::imaging
