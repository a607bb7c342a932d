// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <span>

#include "nnflow/imaging/extent.hpp"
#include "nnflow/imaging/geometry.hpp"

namespace nnflow::imaging {

/// The fields of a NIfTI-1 header that say where the voxels lie, as nibabel takes them: voxel sizes
/// of 0 are 1, negative ones positive, a `qfac` other than 1 or -1 is 1.
struct NiftiPlace {
  std::int16_t dimensions = 0;
  std::array<std::int16_t, 7> shape{};  ///< x first
  float qfac = 1.0F;
  std::array<float, 3> pixdim{};  ///< mm along x, y, z
  std::int16_t qform_code = 0;
  std::int16_t sform_code = 0;
  std::array<float, 3> quaternion{};  ///< b, c, d
  std::array<float, 3> offset{};
  std::array<float, 12> sform{};  ///< three rows

  /// The best affine by nibabel's rule: sform where it has a code, else qform where it has one,
  /// else the voxel sizes about the centre with x reversed. Throws Error(kInvalidData), naming
  /// `path`, for a quaternion that is longer than 1.
  [[nodiscard]] Affine affine(const std::filesystem::path& path) const;
};

/// Reads the header of a NIfTI-1 file; Error(kIo) where it is none.
[[nodiscard]] NiftiPlace read_nifti_place(const std::filesystem::path& path);

/// Header of a file with `extent` voxels (z, y, x) of one value each, as nibabel makes it of an
/// affine: the affine is the sform, with code 2, and an uncoded qform holds its rotation. 352 bytes
/// with the extension flag, little-endian. `bits` is 8 or 16, unsigned.
[[nodiscard]] std::array<std::byte, 352> make_nifti_header(const Extent3& extent,
                                                           const Affine& affine,
                                                           int bits);

/// Writes header and voxels, gzip-compressed where `path` ends with .gz. Error(kIo) names the file.
void write_nifti(const std::filesystem::path& path,
                 std::span<const std::byte> header,
                 std::span<const std::byte> voxels);

}  // namespace nnflow::imaging
