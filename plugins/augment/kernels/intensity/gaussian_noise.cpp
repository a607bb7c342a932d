// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "augment/kernels/intensity/gaussian_noise.hpp"

#include <cmath>

namespace nnflow::augment {
namespace {

// SplitMix64: the counter is mixed so well that consecutive indices serve as independent draws.
std::uint64_t mix(std::uint64_t value) {
  value += 0x9e3779b97f4a7c15ULL;
  value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9ULL;
  value = (value ^ (value >> 27U)) * 0x94d049bb133111ebULL;
  return value ^ (value >> 31U);
}

}  // namespace

void apply_noise(const NoiseParameters& parameters, std::span<float> image) {
  if (parameters.sigma == 0.0) return;
  const auto sigma = static_cast<float>(parameters.sigma);
  const std::uint64_t key = mix(parameters.seed);
  for (std::size_t i = 0; i < image.size(); i += 2) {
    const std::uint64_t bits = mix(key ^ i);
    // Box-Muller; the radius gets 40 bits so that the tail reaches 7 standard deviations.
    const auto u = static_cast<float>(static_cast<double>((bits >> 24U) + 1) * 0x1.0p-40);
    const float angle = static_cast<float>(bits & 0xffffffU) * (6.2831853071795864F * 0x1.0p-24F);
    const float radius = sigma * std::sqrt(-2.0F * std::log(u));
    image[i] += radius * std::cos(angle);
    if (i + 1 < image.size()) image[i + 1] += radius * std::sin(angle);
  }
}

}  // namespace nnflow::augment
