// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "augment/kernels/draws.hpp"
#include "nnflow/imaging/extent.hpp"

namespace nnflow::augment {

enum class BinaryOperator : std::uint8_t { kDilation, kErosion, kClosing, kOpening };

/// One line of a structuring element along x: the voxels `[first, last]` beside its centre, which
/// lies `dz` and `dy` away.
struct ElementLine {
  std::int64_t dz = 0;
  std::int64_t dy = 0;
  std::int64_t first = 0;
  std::int64_t last = 0;
};

/// The reference's ball of a fractional radius, in voxels: `int(2 r + 1)` points from -r to r along
/// each axis; of an even number of them the one after the middle is further away
/// (nnunet-training 3.11).
[[nodiscard]] std::vector<ElementLine> ball(double radius);

/// The reference's disk: the points `-r, 1 - r, ...` below `r + 1` along y and x, so that it can be
/// lopsided.
[[nodiscard]] std::vector<ElementLine> disk(double radius);

/// What happens to one channel.
struct OperatorParameters {
  std::int64_t channel = 0;
  BinaryOperator kind = BinaryOperator::kDilation;
  double radius = 1.0;  ///< voxels
};

/// Channels in random order, each with `probability`; any operator, a radius of `range`
/// (nnunet-training 3.11).
template <RandomDraws G>
[[nodiscard]] std::vector<OperatorParameters> draw_operators(G& rng,
                                                             std::int64_t channels,
                                                             double probability,
                                                             const Range& range) {
  std::vector<OperatorParameters> chosen;
  for (const std::int64_t channel : draw_shuffled_channels(rng, channels, probability)) {
    const auto kind = static_cast<BinaryOperator>(rng.integer(4));
    chosen.push_back({channel, kind, draw_uniform(rng, range)});
  }
  return chosen;
}

/// The operator on a mask of 0 and 1. Dilation sees background outside, erosion foreground.
/// @param mask (z, y, x)
[[nodiscard]] std::vector<std::uint8_t> apply_operator(BinaryOperator kind,
                                                       std::span<const ElementLine> element,
                                                       std::span<const std::uint8_t> mask,
                                                       const imaging::Extent3& extent);

/// One after the other. Voxels that a channel gains become 0 in all others.
/// @param planar disks in the only slice instead of balls
/// @param channels channels x extent, of 0 and 1, contiguous
void apply_operators(std::span<const OperatorParameters> parameters,
                     bool planar,
                     std::span<float> channels,
                     const imaging::Extent3& extent);

}  // namespace nnflow::augment
