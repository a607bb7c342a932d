// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "augment/kernels/draws.hpp"
#include "nnflow/imaging/extent.hpp"

namespace nnflow::augment {

/// Median filter (nnunet-training 3.13).
struct MedianFilterSettings {
  double probability = 0.2;                ///< per patch
  double channel_probability = 0.5;        ///< per channel of a chosen patch
  std::array<std::int64_t, 2> size{2, 7};  ///< voxels along each axis, both ends included
};

struct MedianFilterParameters {
  struct Channel {
    std::int64_t channel = 0;
    std::int64_t size = 1;  ///< voxels along each axis
  };
  std::vector<Channel> channels;
};

template <RandomDraws G>
[[nodiscard]] MedianFilterParameters draw_median_filter(G& rng,
                                                        const MedianFilterSettings& settings,
                                                        std::int64_t channels) {
  MedianFilterParameters parameters;
  for (const std::int64_t c : draw_channels(rng, channels, settings.channel_probability)) {
    parameters.channels.push_back({c, draw_integer(rng, settings.size[0], settings.size[1])});
  }
  return parameters;
}

/// Replaces each voxel of the chosen channels by the median of the cube that starts `size / 2`
/// before it along each axis longer than 1; of an even number, the upper of the two middle ones.
/// Borders reflect and repeat the edge.
/// @param image channels x extent, contiguous
void apply_median_filter(const MedianFilterParameters& parameters,
                         std::span<float> image,
                         const imaging::Extent3& extent);

}  // namespace nnflow::augment
