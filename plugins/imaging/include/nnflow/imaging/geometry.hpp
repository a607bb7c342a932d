// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

namespace nnflow::imaging {

/// Where an image lies in space, exactly as its file said, in ITK's order and convention (x, y, z;
/// LPS). Processing never changes it: results are written back with the geometry of the file they
/// came from.
struct Geometry {
  int dimension = 3;                             ///< 2 or 3; 2 uses the first 2 entries
  std::array<double, 3> spacing{1.0, 1.0, 1.0};  ///< mm along x, y, z
  std::array<double, 3> origin{0.0, 0.0, 0.0};   ///< mm, centre of the first voxel
  std::array<double, 9> direction{1, 0, 0, 0, 1,
                                  0, 0, 0, 1};  ///< row-major cosines; 2D: entries 0, 1, 3, 4
  bool recorded = true;  ///< false: files of this format say nothing of it (PNG, BMP, TIFF)

  friend bool operator==(const Geometry&, const Geometry&) = default;
};

}  // namespace nnflow::imaging
