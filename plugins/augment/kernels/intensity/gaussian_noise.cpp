// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "augment/kernels/intensity/gaussian_noise.hpp"

#include <algorithm>
#include <array>

#include "augment/kernels/fast_math.hpp"
#include "augment/kernels/wide_vectors.hpp"

namespace nnflow::augment {
namespace {

// Voxels are numbered in blocks; the two normal numbers of one draw lie half a block apart.
constexpr std::size_t kHalf = 128;
constexpr std::size_t kBlock = 2 * kHalf;

struct Keys {
  std::uint32_t first;
  std::uint32_t second;
};

// Chris Wellons' triple32: consecutive counters serve as independent draws.
[[gnu::always_inline]] inline std::uint32_t mix(std::uint32_t x) {
  x ^= x >> 17U;
  x *= 0xed5ad4bbU;
  x ^= x >> 11U;
  x *= 0xac4c1b51U;
  x ^= x >> 15U;
  x *= 0x31848babU;
  return x ^ (x >> 14U);
}

// Box-Muller. The angle is one in the first eighth of the circle, mirrored into one of the eight.
NNFLOW_WIDE_VECTORS void fill_block(std::uint32_t counter,
                                    const Keys& keys,
                                    float sigma,
                                    float* __restrict__ block) {
  constexpr float kMinusTwoLn2 = -1.38629436F;
  for (std::uint32_t i = 0; i < kHalf; ++i) {
    const std::uint32_t index = counter + i;
    const std::uint32_t radial = mix(mix(index ^ keys.first) + keys.second);
    const std::uint32_t angular = mix(mix(index ^ keys.second) + keys.first);
    // 31 bits and a half reach 6.6 standard deviations.
    const float u =
        (static_cast<float>(static_cast<std::int32_t>(radial >> 1U)) + 0.5F) * 0x1.0p-31F;
    const float square = kMinusTwoLn2 * fast_log2(u);
    const float radius = sigma * __builtin_sqrtf(square > 0.0F ? square : 0.0F);
    const float t = (static_cast<float>(static_cast<std::int32_t>(angular >> 3U)) + 0.5F) *
                    (0.785398163F * 0x1.0p-29F);
    const float s = t * t;
    const float sine = t * (((-1.9515296e-4F * s + 8.3321609e-3F) * s - 0.16666655F) * s + 1.0F);
    const float cosine =
        ((2.4433157e-5F * s - 1.3887316e-3F) * s + 4.1666646e-2F) * s * s - 0.5F * s + 1.0F;
    const bool swap = (angular & 1U) != 0;
    const float a = swap ? sine : cosine;
    const float b = swap ? cosine : sine;
    block[i] = radius * ((angular & 2U) != 0 ? -a : a);
    block[i + kHalf] = radius * ((angular & 4U) != 0 ? -b : b);
  }
}

NNFLOW_WIDE_VECTORS void add(const float* __restrict__ block,
                             std::size_t count,
                             float* __restrict__ voxels) {
  for (std::size_t i = 0; i < count; ++i) voxels[i] += block[i];
}

}  // namespace

void apply_noise(const NoiseParameters& parameters, std::span<float> image) {
  if (parameters.sigma == 0.0) return;
  const auto sigma = static_cast<float>(parameters.sigma);
  std::array<float, kBlock> block;
  for (std::size_t i = 0; i < image.size(); i += kBlock) {
    // Counters of 32 bits; the keys change with the bits above.
    const std::uint64_t counter = i / 2;
    const auto above = static_cast<std::uint32_t>(counter >> 32U);
    const Keys keys{mix(static_cast<std::uint32_t>(parameters.seed) + above),
                    mix(static_cast<std::uint32_t>(parameters.seed >> 32U) ^ 0x9e3779b9U) + above};
    fill_block(static_cast<std::uint32_t>(counter), keys, sigma, block.data());
    add(block.data(), std::min(kBlock, image.size() - i), image.data() + i);
  }
}

}  // namespace nnflow::augment
