// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "augment/kernels/spatial/spatial.hpp"

namespace nnflow::augment {

/// Source positions of one output row under an affine map about the two centres. Positions are
/// rounded to float at the same places as a normalised sampling grid (align_corners false) would
/// be, because label ties depend on the last bits.
class SourceRow {
 public:
  SourceRow(const Matrix3& affine, const imaging::Extent3& in, const imaging::Extent3& out);

  /// Computes the row at output slice `z`, line `y`.
  void move_to(std::int64_t z, std::int64_t y);

  /// True when slices are kept: every position lies exactly in the slice `z` of `move_to`.
  [[nodiscard]] bool planar() const { return planar_; }
  /// True when some position of the whole output may lie outside the box of voxel centres. The test
  /// uses the smallest edge for all axes, so it may say true too often.
  [[nodiscard]] bool may_leave() const { return may_leave_; }
  /// Positions `[first, second)` of the row have all their corner voxels inside. They are one run,
  /// because positions move along straight lines.
  [[nodiscard]] std::pair<std::size_t, std::size_t> interior() const { return interior_; }
  /// Whether no corner voxel of a position is inside.
  [[nodiscard]] bool outside(std::size_t x) const {
    for (std::size_t a = planar_ ? 1 : 0; a < 3; ++a) {
      if (floor_[a][x] < -1.0F || floor_[a][x] >= static_cast<float>(in_[a])) return true;
    }
    return false;
  }
  /// Offset of the lower corner voxel in the source, for the positions of `interior()`.
  [[nodiscard]] std::span<const std::int32_t> offset() const { return offset_; }
  /// Source coordinate, in voxels, along an axis.
  [[nodiscard]] std::span<const float> position(std::size_t axis) const { return position_[axis]; }
  /// The voxel nearest to a position, halves to the even one; it may lie outside.
  [[nodiscard]] imaging::Extent3 nearest(std::size_t x) const {
    imaging::Extent3 at;
    for (std::size_t a = 0; a < 3; ++a)
      at[a] = static_cast<std::int64_t>(std::nearbyint(position_[a][x]));
    return at;
  }
  /// Its part above the lower corner voxel, in [0, 1).
  [[nodiscard]] std::span<const float> fraction(std::size_t axis) const { return fraction_[axis]; }
  [[nodiscard]] std::int64_t lower(std::size_t axis, std::size_t x) const {
    return static_cast<std::int64_t>(floor_[axis][x]);
  }

 private:
  [[nodiscard]] float normalised(std::size_t axis, const std::array<float, 3>& offset) const;
  [[nodiscard]] bool find_may_leave() const;
  void find_interior();

  std::array<std::array<float, 3>, 3> affine_{};
  imaging::Extent3 in_;
  imaging::Extent3 out_;
  bool planar_;
  bool may_leave_ = true;
  std::array<std::vector<float>, 3> position_, floor_, fraction_;
  std::vector<std::int32_t> offset_;
  std::pair<std::size_t, std::size_t> interior_;
};

/// The 8 voxels around a source position with their linear weights, x fastest, z slowest.
struct Corners {
  imaging::Extent3 lower{};
  std::array<float, 8> weight{};

  [[nodiscard]] imaging::Extent3 voxel(std::size_t k) const {
    return {lower[0] + static_cast<std::int64_t>(k >> 2U),
            lower[1] + static_cast<std::int64_t>((k >> 1U) & 1U),
            lower[2] + static_cast<std::int64_t>(k & 1U)};
  }
};

[[nodiscard]] inline Corners corners_of(const SourceRow& row, std::size_t x) {
  Corners corners;
  std::array<std::array<float, 2>, 3> w;
  for (std::size_t a = 0; a < 3; ++a) {
    corners.lower[a] = row.lower(a, x);
    w[a] = {1.0F - row.fraction(a)[x], row.fraction(a)[x]};
  }
  for (std::size_t k = 0; k < 8; ++k) {
    corners.weight[k] = w[2][k & 1U] * w[1][(k >> 1U) & 1U] * w[0][k >> 2U];
  }
  return corners;
}

[[nodiscard]] inline bool inside(const imaging::Extent3& voxel, const imaging::Extent3& extent) {
  return voxel[0] >= 0 && voxel[0] < extent[0] && voxel[1] >= 0 && voxel[1] < extent[1] &&
         voxel[2] >= 0 && voxel[2] < extent[2];
}

}  // namespace nnflow::augment
