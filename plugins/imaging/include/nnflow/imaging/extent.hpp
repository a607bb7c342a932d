// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

namespace nnflow::imaging {

/// Number of voxels along each array axis, `{z, y, x}` (slowest first). 2D images have `z == 1`.
using Extent3 = std::array<std::int64_t, 3>;

/// Voxel edge lengths in millimetres along the array axes, in the order of `Extent3`.
using Spacing3 = std::array<double, 3>;

/// Half-open voxel box `[lower, upper)` in array axis order. Either bound may lie outside an image.
struct Box3 {
  Extent3 lower{0, 0, 0};
  Extent3 upper{0, 0, 0};

  [[nodiscard]] Extent3 extent() const {
    return {upper[0] - lower[0], upper[1] - lower[1], upper[2] - lower[2]};
  }
  friend bool operator==(const Box3&, const Box3&) = default;
};

/// Number of voxels of an extent; 0 when any axis is empty.
[[nodiscard]] constexpr std::int64_t voxel_count(const Extent3& extent) {
  return std::max<std::int64_t>(extent[0], 0) * std::max<std::int64_t>(extent[1], 0) *
         std::max<std::int64_t>(extent[2], 0);
}

/// Index of voxel `(z, y, x)` in a contiguous array of the given extent.
[[nodiscard]] constexpr std::int64_t linear_index(const Extent3& extent,
                                                  std::int64_t z,
                                                  std::int64_t y,
                                                  std::int64_t x) {
  return (z * extent[1] + y) * extent[2] + x;
}

}  // namespace nnflow::imaging
