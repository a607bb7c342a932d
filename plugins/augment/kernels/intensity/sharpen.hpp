// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "augment/kernels/intensity/channel_factors.hpp"
#include "nnflow/imaging/extent.hpp"

namespace nnflow::augment {

/// Sharpening (nnunet-training 3.13).
struct SharpenSettings {
  double probability = 0.2;          ///< per patch
  double channel_probability = 0.5;  ///< per channel of a chosen patch
  Range strength{0.1, 1.0};          ///< drawn per channel
};

/// The factor of an entry is the strength.
template <RandomDraws G>
[[nodiscard]] std::vector<ChannelFactor> draw_sharpen(G& rng,
                                                      const SharpenSettings& settings,
                                                      std::int64_t channels) {
  std::vector<ChannelFactor> strengths;
  for (const std::int64_t c : draw_channels(rng, channels, settings.channel_probability)) {
    strengths.push_back({c, static_cast<float>(draw_uniform(rng, settings.strength))});
  }
  return strengths;
}

/// Adds strength times the Laplacian (`2 d` times the voxel less its neighbours along the `d`
/// axes); the border repeats the edge, so an axis of length 1 adds nothing.
/// @param image channels x extent, contiguous
void apply_sharpen(std::span<const ChannelFactor> strengths,
                   std::span<float> image,
                   const imaging::Extent3& extent);

}  // namespace nnflow::augment
