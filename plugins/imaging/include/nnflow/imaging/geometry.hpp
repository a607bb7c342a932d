// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>
#include <string>

namespace nnflow::imaging {

/// From voxel indices to mm, 4x4 row-major. Index order and axes as in NIfTI: (x, y, z), RAS.
using Affine = std::array<double, 16>;

/// In whose terms a geometry was taken from its file and goes back into one (nnunet-data 2.6).
enum class GeometrySource {
  kSimpleItk,  ///< spacing, origin and direction
  kNibabel,    ///< `original_affine`; spacing is that of the header, origin and direction follow
  kNone,       ///< files of this format say nothing of it (PNG, BMP, TIFF)
};

/// Where the array of an image lies in space, in ITK's order and convention (x, y, z; LPS).
/// Processing never changes it: results are written back with the geometry of the file they came
/// from. A reader that reorients leaves here where the reoriented array lies, and what turns it
/// back into the order of the file.
struct Geometry {
  int dimension = 3;                             ///< 2 or 3; 2 uses the first 2 entries
  std::array<double, 3> spacing{1.0, 1.0, 1.0};  ///< mm along x, y, z
  std::array<double, 3> origin{0.0, 0.0, 0.0};   ///< mm, centre of the first voxel
  std::array<double, 9> direction{1, 0, 0, 0, 1,
                                  0, 0, 0, 1};  ///< row-major cosines; 2D: entries 0, 1, 3, 4
  GeometrySource source = GeometrySource::kSimpleItk;
  /// Where the axes of the file point to, such as "LPS"; of SimpleITK's reader that reorients.
  std::optional<std::string> original_orientation{};
  std::optional<Affine> original_affine{};    ///< of the file; of nibabel's readers
  std::optional<Affine> reoriented_affine{};  ///< of the array; of nibabel's reader that reorients

  friend bool operator==(const Geometry&, const Geometry&) = default;
};

}  // namespace nnflow::imaging
