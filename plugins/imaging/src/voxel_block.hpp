// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "format.hpp"
#include "raw_image.hpp"

namespace nnflow::imaging {

// ITK 5.2 fills the missing part of truncated NIfTI, MetaImage, GIPL and BMP files with zeros or
// noise and drops the missing pages of TIFF stacks; libpng aborts the process for some damaged
// headers. The functions here know where a file keeps its voxels: they read them (which is also
// faster) or at least find out that the file is too short.

/// Where and how a file stores its voxels.
struct VoxelBlock {
  std::filesystem::path file;         ///< may be another file than the header (.mhd)
  std::int64_t offset = 0;            ///< bytes before the first voxel, in the uncompressed stream
  std::optional<Scalar> scalar;       ///< on disk; absent: as ITK says
  std::int64_t compressed_bytes = 0;  ///< MetaImage: length of the zlib stream; 0 = not compressed
  bool swapped = false;               ///< the other byte order
  bool planar = false;                ///< components slowest
  double slope = 1.0;
  double intercept = 0.0;
  bool valid_intercept = true;  ///< false: NaN or infinite in the file, taken as 0
};

/// Checks what can be checked without decoding. Returns the block of NIfTI, GIPL and plain
/// MetaImage files, nothing where ITK has to read. Throws Error(kIo) for files that are no such
/// image or too short.
[[nodiscard]] std::optional<VoxelBlock> inspect_file(const std::filesystem::path& path,
                                                     Format format);

/// Reads the voxels that `raw` describes and fits `raw` to the block.
void read_block(const VoxelBlock& block, RawImage& raw);

// The parts of inspect_file.
[[nodiscard]] VoxelBlock inspect_nifti(const std::filesystem::path& path);
[[nodiscard]] VoxelBlock inspect_gipl(const std::filesystem::path& path);
[[nodiscard]] std::optional<VoxelBlock> inspect_meta(const std::filesystem::path& path);
void inspect_bmp(const std::filesystem::path& path);
void inspect_tiff(const std::filesystem::path& path);
void inspect_png(const std::filesystem::path& path);

}  // namespace nnflow::imaging
