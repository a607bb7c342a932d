// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "augment/kernels/draws.hpp"

namespace nnflow::augment {

/// Additive Gaussian noise (nnunet-training 3.5).
struct NoiseSettings {
  double probability = 0.1;  ///< per patch
  Range sigma{0.0, 0.1};     ///< standard deviation, one draw for all channels
};

struct NoiseParameters {
  double sigma = 0.0;
  std::uint64_t seed = 0;  ///< of the noise field
};

template <RandomDraws G>
[[nodiscard]] NoiseParameters draw_noise(G& rng, const NoiseSettings& settings) {
  NoiseParameters parameters;
  parameters.sigma = draw_uniform(rng, settings.sigma);
  parameters.seed = rng.next64();
  return parameters;
}

/// Adds independent `N(0, sigma^2)` to every voxel. The noise of a voxel depends only on the seed
/// and on the voxel's index in `image`.
void apply_noise(const NoiseParameters& parameters, std::span<float> image);

}  // namespace nnflow::augment
