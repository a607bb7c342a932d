// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "augment/kernels/draws.hpp"
#include "nnflow/imaging/extent.hpp"

namespace nnflow::augment {

/// Where each axis of the result comes from; axes are 0 for z, 1 for y, 2 for x.
struct AxisMap {
  std::array<std::size_t, 3> source{0, 1, 2};
  std::array<bool, 3> reversed{false, false, false};

  [[nodiscard]] bool identity() const {
    return source == std::array<std::size_t, 3>{0, 1, 2} && reversed == std::array<bool, 3>{};
  }
};

/// The axes that have the most frequent edge length, ascending; none when all lengths differ. Axis
/// 0 of a 2D patch takes no part (nnunet-training 3.13).
[[nodiscard]] inline std::vector<std::size_t> equal_axes(const imaging::Extent3& extent,
                                                         int dimension) {
  std::vector<std::size_t> axes;
  const auto first = static_cast<std::size_t>(3 - dimension);
  const auto same = [&](std::size_t a) {
    return std::count(extent.begin() + static_cast<std::ptrdiff_t>(first), extent.end(), extent[a]);
  };
  for (std::size_t a = first; a < 3; ++a) {
    if (same(a) > 1) axes.push_back(a);
  }
  return axes;
}

/// `turns` rotations by 90 degrees in the plane of the axes `a < b`, from `a` towards `b` as
/// numpy.rot90.
[[nodiscard]] inline AxisMap quarter_turns(std::int64_t turns, std::size_t a, std::size_t b) {
  AxisMap map;
  if (turns % 2 != 0) {
    map.source[a] = b;
    map.source[b] = a;
  }
  map.reversed[a] = turns == 1 || turns == 2;
  map.reversed[b] = turns == 2 || turns == 3;
  return map;
}

/// A plane of two of the axes and 0 to 3 turns, all equally likely.
template <RandomDraws G>
[[nodiscard]] AxisMap draw_quarter_turns(G& rng, std::span<const std::size_t> axes) {
  if (axes.size() < 2) return {};
  const auto turns = static_cast<std::int64_t>(rng.integer(4));
  const std::uint64_t first = rng.integer(axes.size());
  std::uint64_t second = rng.integer(axes.size() - 1);
  if (second >= first) ++second;
  return quarter_turns(turns, std::min(axes[first], axes[second]),
                       std::max(axes[first], axes[second]));
}

/// A permutation of the axes, all equally likely.
template <RandomDraws G>
[[nodiscard]] AxisMap draw_axis_order(G& rng, std::span<const std::size_t> axes) {
  std::vector<std::size_t> order(axes.begin(), axes.end());
  for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[rng.integer(i)]);
  AxisMap map;
  for (std::size_t i = 0; i < order.size(); ++i) map.source[axes[i]] = order[i];
  return map;
}

/// Copies one map with its axes exchanged and reversed.
/// @param in  extent, contiguous
/// @param out as large; edge `a` is as long as edge `map.source[a]` of the input
template <class T>
void apply_axis_map(const AxisMap& map,
                    std::span<const T> in,
                    const imaging::Extent3& extent,
                    std::span<T> out) {
  const imaging::Extent3 stride{extent[1] * extent[2], extent[2], 1};
  imaging::Extent3 size;
  imaging::Extent3 step;
  const T* origin = in.data();
  for (std::size_t a = 0; a < 3; ++a) {
    size[a] = extent[map.source[a]];
    step[a] = map.reversed[a] ? -stride[map.source[a]] : stride[map.source[a]];
    if (map.reversed[a]) origin += (size[a] - 1) * stride[map.source[a]];
  }
  // Tiles along the axis that is contiguous in the source, so that its cache lines are used up.
  constexpr std::int64_t kTile = 16;
  const std::size_t fast = map.source[2] == 2 ? 1 : (map.source[0] == 2 ? 0 : 1);
  const std::size_t slow = 1 - fast;
  const imaging::Extent3 to{size[1] * size[2], size[2], 1};
  for (std::int64_t s = 0; s < size[slow]; ++s) {
    for (std::int64_t f0 = 0; f0 < size[fast]; f0 += kTile) {
      for (std::int64_t x0 = 0; x0 < size[2]; x0 += kTile) {
        for (std::int64_t f = f0; f < std::min(f0 + kTile, size[fast]); ++f) {
          T* const target = out.data() + s * to[slow] + f * to[fast];
          const T* const source = origin + s * step[slow] + f * step[fast];
          for (std::int64_t x = x0; x < std::min(x0 + kTile, size[2]); ++x) {
            target[x] = source[x * step[2]];
          }
        }
      }
    }
  }
}

}  // namespace nnflow::augment
