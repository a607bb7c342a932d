// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "augment/kernels/local/bump.hpp"

namespace nnflow::augment {

/// Local brightness (nnunet-training 3.13).
struct BrightnessGradientSettings {
  double probability = 0.3;          ///< per patch
  double channel_probability = 0.5;  ///< per channel of a chosen patch
  BumpSettings bump;
  Range strength{1.0, 5.0};  ///< drawn per channel, of either sign
};

/// A bump in one channel.
struct LocalChange {
  std::int64_t channel = 0;
  Bump bump;
  double value = 0.0;  ///< height of an added bump, or gamma
};

template <RandomDraws G>
[[nodiscard]] std::vector<LocalChange> draw_brightness_gradient(
    G& rng,
    const BrightnessGradientSettings& settings,
    std::int64_t channels,
    const imaging::Extent3& extent) {
  std::vector<LocalChange> changes;
  for (const std::int64_t c : draw_channels(rng, channels, settings.channel_probability)) {
    LocalChange change{c, draw_bump(rng, settings.bump, extent), 0.0};
    change.value =
        draw_of_two(rng, {-settings.strength[1], -settings.strength[0]}, settings.strength);
    changes.push_back(change);
  }
  return changes;
}

/// Adds to each chosen channel its bump times its value.
/// @param image channels x extent, contiguous
void apply_brightness_gradient(std::span<const LocalChange> changes,
                               std::span<float> image,
                               const imaging::Extent3& extent);

}  // namespace nnflow::augment
