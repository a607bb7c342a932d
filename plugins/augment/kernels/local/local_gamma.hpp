// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "augment/kernels/local/brightness_gradient.hpp"

namespace nnflow::augment {

/// Gamma correction of a part of the patch (nnunet-training 3.13).
struct LocalGammaSettings {
  double probability = 0.3;          ///< per patch
  double channel_probability = 0.5;  ///< per channel of a chosen patch
  BumpSettings bump;
  Range brighter{0.01, 0.8};  ///< the two ranges of gamma, equally likely, drawn per channel
  Range darker{1.5, 4.0};
};

template <RandomDraws G>
[[nodiscard]] std::vector<LocalChange> draw_local_gamma(G& rng,
                                                        const LocalGammaSettings& settings,
                                                        std::int64_t channels,
                                                        const imaging::Extent3& extent) {
  std::vector<LocalChange> changes;
  for (const std::int64_t c : draw_channels(rng, channels, settings.channel_probability)) {
    LocalChange change{c, draw_bump(rng, settings.bump, extent), 0.0};
    change.value = draw_of_two(rng, settings.brighter, settings.darker);
    changes.push_back(change);
  }
  return changes;
}

/// Scales each chosen channel to [0, 1], blends it with its gamma-corrected self (`value` is gamma)
/// by the bump, and scales back.
/// @param image channels x extent, contiguous
void apply_local_gamma(std::span<const LocalChange> changes,
                       std::span<float> image,
                       const imaging::Extent3& extent);

}  // namespace nnflow::augment
