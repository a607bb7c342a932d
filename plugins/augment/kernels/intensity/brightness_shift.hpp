// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "augment/kernels/intensity/channel_factors.hpp"

namespace nnflow::augment {

/// Additive brightness (nnunet-training 3.13).
struct BrightnessShiftSettings {
  double probability = 0.1;          ///< per patch
  double channel_probability = 0.5;  ///< per channel of a chosen patch
  double deviation = 0.5;            ///< of the normal distribution around 0, drawn per channel
};

/// The factor of an entry is what to add.
template <RandomDraws G>
[[nodiscard]] std::vector<ChannelFactor> draw_brightness_shift(
    G& rng, const BrightnessShiftSettings& settings, std::int64_t channels) {
  std::vector<ChannelFactor> shifts;
  for (const std::int64_t c : draw_channels(rng, channels, settings.channel_probability)) {
    shifts.push_back({c, static_cast<float>(settings.deviation * draw_normal(rng))});
  }
  return shifts;
}

/// Adds its number to each chosen channel. `image` holds channels of `voxels` each.
void apply_brightness_shift(std::span<const ChannelFactor> shifts,
                            std::span<float> image,
                            std::int64_t voxels);

}  // namespace nnflow::augment
