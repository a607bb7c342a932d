// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "augment/kernels/intensity/channel_factors.hpp"

namespace nnflow::augment {

/// Multiplicative brightness (nnunet-training 3.7).
struct BrightnessSettings {
  double probability = 0.15;         ///< per patch
  double channel_probability = 1.0;  ///< per channel of a chosen patch
  Range factor{0.75, 1.25};          ///< drawn per channel, both sides of 1 equally likely
};

template <RandomDraws G>
[[nodiscard]] std::vector<ChannelFactor> draw_brightness(G& rng,
                                                         const BrightnessSettings& settings,
                                                         std::int64_t channels) {
  return draw_channel_factors(rng, settings.factor, settings.channel_probability, channels);
}

/// Multiplies each chosen channel by its factor. `image` holds channels of `voxels` each.
void apply_brightness(std::span<const ChannelFactor> factors,
                      std::span<float> image,
                      std::int64_t voxels);

}  // namespace nnflow::augment
