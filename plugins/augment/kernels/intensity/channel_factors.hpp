// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "augment/kernels/draws.hpp"

namespace nnflow::augment {

/// One number for one channel: a brightness or contrast multiplier, or a gamma exponent.
struct ChannelFactor {
  std::int64_t channel = 0;
  float factor = 1.0F;
};

/// Chooses channels, then draws a factor for each (see `draw_factor`).
template <RandomDraws G>
[[nodiscard]] std::vector<ChannelFactor> draw_channel_factors(G& rng,
                                                              const Range& range,
                                                              double channel_probability,
                                                              std::int64_t channels) {
  std::vector<ChannelFactor> factors;
  for (const std::int64_t c : draw_channels(rng, channels, channel_probability)) {
    factors.push_back({c, static_cast<float>(draw_factor(rng, range))});
  }
  return factors;
}

}  // namespace nnflow::augment
