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

/// Gaussian blur (nnunet-training 3.6).
struct BlurSettings {
  double probability = 0.2;          ///< per patch
  double channel_probability = 0.5;  ///< per channel of a chosen patch
  Range sigma{0.5, 1.0};             ///< voxels, drawn per channel and axis
  bool equal_axes = false;           ///< one draw per channel instead
};

struct BlurParameters {
  struct Channel {
    std::int64_t channel = 0;
    std::array<double, 3> sigma{};  ///< voxels along z, y, x
  };
  std::vector<Channel> channels;
};

/// Draws in the order channels, then sigmas; `extent[0] == 1` draws no sigma for the first axis.
template <RandomDraws G>
[[nodiscard]] BlurParameters draw_blur(G& rng,
                                       const BlurSettings& settings,
                                       std::int64_t channels,
                                       const imaging::Extent3& extent) {
  BlurParameters parameters;
  for (const std::int64_t c : draw_channels(rng, channels, settings.channel_probability)) {
    BlurParameters::Channel entry{c, {}};
    const std::size_t first = extent[0] == 1 ? 1 : 0;
    for (std::size_t a = first; a < 3; ++a) {
      entry.sigma[a] =
          settings.equal_axes && a > first ? entry.sigma[first] : draw_uniform(rng, settings.sigma);
    }
    parameters.channels.push_back(entry);
  }
  return parameters;
}

/// Taps of the one-dimensional kernel: an odd number near `6 sigma + 0.5`, normalised to sum 1.
[[nodiscard]] std::vector<float> gaussian_taps(double sigma);

/// Convolves the chosen channels along each axis longer than 1 with its own sigma (0 leaves an axis
/// alone); borders reflect without repeating the edge.
/// @param image channels x extent, contiguous
void apply_blur(const BlurParameters& parameters,
                std::span<float> image,
                const imaging::Extent3& extent);

}  // namespace nnflow::augment
