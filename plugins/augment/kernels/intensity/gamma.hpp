// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "augment/kernels/intensity/channel_factors.hpp"

namespace nnflow::augment {

/// Gamma correction (nnunet-training 3.9).
struct GammaSettings {
  double probability = 0.3;          ///< per patch
  double channel_probability = 1.0;  ///< per channel of a chosen patch
  Range gamma{0.7, 1.5};             ///< drawn per channel, both sides of 1 equally likely
  bool invert = false;               ///< correct the negated image
};

template <RandomDraws G>
[[nodiscard]] std::vector<ChannelFactor> draw_gamma(G& rng,
                                                    const GammaSettings& settings,
                                                    std::int64_t channels) {
  return draw_channel_factors(rng, settings.gamma, settings.channel_probability, channels);
}

/// Raises each chosen channel, scaled to [0, 1], to its factor, then restores the channel's mean
/// and standard deviation; values may leave the previous range. `image` holds channels of `voxels`
/// each.
void apply_gamma(std::span<const ChannelFactor> factors,
                 bool invert,
                 std::span<float> image,
                 std::int64_t voxels);

}  // namespace nnflow::augment
