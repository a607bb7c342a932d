// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include "nnflow/imaging/extent.hpp"

namespace nnflow::augment {

/// Size of a target that is `scale` times as large, rounded half to even; at least 1
/// (nnunet-training 3.12).
[[nodiscard]] imaging::Extent3 scaled_extent(const imaging::Extent3& extent,
                                             const std::array<double, 3>& scale);

/// Scales of the deep-supervision outputs, full resolution first: `1 / (s_0 ... s_i)` for all but
/// the last stride.
[[nodiscard]] std::vector<std::array<double, 3>> deep_supervision_scales(
    std::span<const std::array<std::int64_t, 3>> strides);

/// Source index of each target index under nearest-exact sampling: `floor((i + 0.5) * from / to)`
/// in float.
[[nodiscard]] std::vector<std::int64_t> nearest_exact_indices(std::int64_t from, std::int64_t to);

/// Nearest-exact sampling of one map; for factor 2 it picks the voxels 1, 3, 5, ...
template <class T>
void downsample_nearest(std::span<const T> in,
                        const imaging::Extent3& from,
                        std::span<T> out,
                        const imaging::Extent3& to) {
  const std::vector<std::int64_t> zs = nearest_exact_indices(from[0], to[0]);
  const std::vector<std::int64_t> ys = nearest_exact_indices(from[1], to[1]);
  const std::vector<std::int64_t> xs = nearest_exact_indices(from[2], to[2]);
  T* target = out.data();
  for (const std::int64_t z : zs) {
    for (const std::int64_t y : ys) {
      const T* const row = in.data() + imaging::linear_index(from, z, y, 0);
      for (const std::int64_t x : xs) *target++ = row[x];
    }
  }
}

}  // namespace nnflow::augment
