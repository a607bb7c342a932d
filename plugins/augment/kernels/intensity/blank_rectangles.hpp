// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "augment/kernels/draws.hpp"
#include "nnflow/imaging/extent.hpp"

namespace nnflow::augment {

/// Boxes set to their own mean (nnunet-training 3.13).
struct BlankRectanglesSettings {
  double probability = 0.4;                 ///< per patch
  double channel_probability = 0.5;         ///< per channel of a chosen patch
  std::array<std::int64_t, 2> count{1, 4};  ///< boxes per channel, both ends included
  std::int64_t smallest_part = 10;  ///< edges are at least this part of the patch's, and at least 1
  std::int64_t largest_part = 3;    ///< edges are below this part of the patch's, or the smallest
};

struct BlankRectangle {
  std::int64_t channel = 0;
  imaging::Box3 box;
};

/// An axis of length 1 is covered.
template <RandomDraws G>
[[nodiscard]] std::vector<BlankRectangle> draw_blank_rectangles(
    G& rng,
    const BlankRectanglesSettings& settings,
    std::int64_t channels,
    const imaging::Extent3& extent) {
  std::vector<BlankRectangle> rectangles;
  for (const std::int64_t c : draw_channels(rng, channels, settings.channel_probability)) {
    const std::int64_t count = draw_integer(rng, settings.count[0], settings.count[1]);
    for (std::int64_t i = 0; i < count; ++i) {
      BlankRectangle rectangle{c, {}};
      for (std::size_t a = 0; a < 3; ++a) {
        const std::int64_t least = std::max<std::int64_t>(1, extent[a] / settings.smallest_part);
        const std::int64_t most = std::max(least, extent[a] / settings.largest_part - 1);
        const std::int64_t size = extent[a] == 1 ? 1 : draw_integer(rng, least, most);
        rectangle.box.lower[a] = draw_integer(rng, 0, extent[a] - size);
        rectangle.box.upper[a] = rectangle.box.lower[a] + size;
      }
      rectangles.push_back(rectangle);
    }
  }
  return rectangles;
}

/// Sets each box, one after the other, to the mean of its voxels.
/// @param image channels x extent, contiguous
void apply_blank_rectangles(std::span<const BlankRectangle> rectangles,
                            std::span<float> image,
                            const imaging::Extent3& extent);

}  // namespace nnflow::augment
