// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "augment/kernels/draws.hpp"
#include "nnflow/imaging/extent.hpp"

namespace nnflow::augment {

/// Simulated low resolution (nnunet-training 3.8).
struct LowResolutionSettings {
  double probability = 0.25;         ///< per patch
  double channel_probability = 0.5;  ///< per channel of a chosen patch
  Range scale{0.5, 1.0};             ///< drawn per channel, equal on all axes
  bool keep_first_axis = false;      ///< scale 1 along z (patches augmented slice by slice)
};

struct LowResolutionParameters {
  struct Channel {
    std::int64_t channel = 0;
    std::array<float, 3> scale{1.0F, 1.0F, 1.0F};  ///< along z, y, x
  };
  std::vector<Channel> channels;
};

template <RandomDraws G>
[[nodiscard]] LowResolutionParameters draw_low_resolution(G& rng,
                                                          const LowResolutionSettings& settings,
                                                          std::int64_t channels) {
  LowResolutionParameters parameters;
  for (const std::int64_t c : draw_channels(rng, channels, settings.channel_probability)) {
    const auto scale = static_cast<float>(draw_uniform(rng, settings.scale));
    parameters.channels.push_back({c, {settings.keep_first_axis ? 1.0F : scale, scale, scale}});
  }
  return parameters;
}

/// Samples each chosen channel down to `round(extent * scale)` (nearest) and up again (linear).
/// An axis of length 1 stays.
/// @param image channels x extent, contiguous
void apply_low_resolution(const LowResolutionParameters& parameters,
                          std::span<float> image,
                          const imaging::Extent3& extent);

}  // namespace nnflow::augment
