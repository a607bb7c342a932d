// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>

#include "raw_image.hpp"
#include "voxel_block.hpp"

namespace nnflow::imaging {

/// What a file's header says, and where its voxels lie.
struct KnownHeader {
  RawImage image;  ///< without voxels
  VoxelBlock block;
};

// A process asks for the header of a file several times (the list of cases, each configuration),
// and ITK takes longer for it than the voxels of a small file take. Thread-safe.

/// The header kept for this path, unless the file changed since.
[[nodiscard]] std::optional<KnownHeader> find_header(const std::filesystem::path& path);

/// Keeps the header of a file as it was when `known` was read. Files that changed within the last
/// seconds are left out: clocks of file systems tick slowly, so a second change could go unnoticed.
/// Of more than a few thousand files the first ones are forgotten.
void keep_header(const std::filesystem::path& path, const KnownHeader& known);

}  // namespace nnflow::imaging
