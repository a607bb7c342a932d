// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

#include "augment/kernels/draws.hpp"
#include "nnflow/imaging/extent.hpp"

namespace nnflow::augment {

/// Which axes to flip, in the order z, y, x.
using MirrorParameters = std::array<bool, 3>;

/// Each allowed axis is flipped with probability 1/2.
template <RandomDraws G>
[[nodiscard]] MirrorParameters draw_mirror(G& rng,
                                           const MirrorParameters& allowed,
                                           double axis_probability = 0.5) {
  MirrorParameters flip{};
  for (std::size_t a = 0; a < 3; ++a) flip[a] = allowed[a] && draw_chance(rng, axis_probability);
  return flip;
}

/// Reverses the chosen axes in place.
/// @param voxels any number of channels x extent, contiguous
template <class T>
void apply_mirror(const MirrorParameters& flip,
                  std::span<T> voxels,
                  const imaging::Extent3& extent) {
  const std::int64_t row = extent[2];
  const std::int64_t plane = extent[1] * row;
  const std::int64_t volume = extent[0] * plane;
  T* const end = voxels.data() + voxels.size();
  const auto reverse_blocks = [&](std::int64_t outer, std::int64_t count, std::int64_t inner) {
    for (T* base = voxels.data(); base < end; base += outer) {
      for (std::int64_t i = 0; i < count / 2; ++i) {
        std::swap_ranges(base + i * inner, base + (i + 1) * inner, base + (count - 1 - i) * inner);
      }
    }
  };
  if (flip[0]) reverse_blocks(volume, extent[0], plane);
  if (flip[1]) reverse_blocks(plane, extent[1], row);
  if (flip[2]) {
    for (T* base = voxels.data(); base < end; base += row) std::reverse(base, base + row);
  }
}

}  // namespace nnflow::augment
