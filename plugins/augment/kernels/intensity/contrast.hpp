// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "augment/kernels/intensity/channel_factors.hpp"

namespace nnflow::augment {

/// Contrast around the mean (nnunet-training 3.7).
struct ContrastSettings {
  double probability = 0.15;         ///< per patch
  double channel_probability = 1.0;  ///< per channel of a chosen patch
  Range factor{0.75, 1.25};          ///< drawn per channel, both sides of 1 equally likely
  bool preserve_range = true;        ///< clamp to the channel's previous smallest and largest value
};

template <RandomDraws G>
[[nodiscard]] std::vector<ChannelFactor> draw_contrast(G& rng,
                                                       const ContrastSettings& settings,
                                                       std::int64_t channels) {
  return draw_channel_factors(rng, settings.factor, settings.channel_probability, channels);
}

/// `(x - mean) * factor + mean` for each chosen channel. `image` holds channels of `voxels` each.
void apply_contrast(std::span<const ChannelFactor> factors,
                    bool preserve_range,
                    std::span<float> image,
                    std::int64_t voxels);

}  // namespace nnflow::augment
