// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "augment/kernels/intensity/gamma.hpp"

#include <algorithm>
#include <cmath>

#include "augment/kernels/intensity/moments.hpp"

namespace nnflow::augment {
namespace {

constexpr float kEpsilon = 1e-7F;

void correct(std::span<float> x, float gamma) {
  const double mean_before = mean_of(x);
  const auto deviation_before = static_cast<float>(deviation_of(x, mean_before));
  const ValueRange range = range_of(x);
  const float width = range.high - range.low;
  const float scale = std::max(width, kEpsilon);
  for (float& v : x) v = std::pow((v - range.low) / scale, gamma) * width + range.low;
  const double mean_after = mean_of(x);
  const float ratio =
      deviation_before / std::max(static_cast<float>(deviation_of(x, mean_after)), kEpsilon);
  const auto shift = static_cast<float>(mean_after);
  const auto mean = static_cast<float>(mean_before);
  for (float& v : x) v = (v - shift) * ratio + mean;
}

}  // namespace

void apply_gamma(std::span<const ChannelFactor> factors,
                 bool invert,
                 std::span<float> image,
                 std::int64_t voxels) {
  const auto count = static_cast<std::size_t>(voxels);
  const auto negate = [](std::span<float> x) {
    for (float& v : x) v = -v;
  };
  for (const ChannelFactor& entry : factors) {
    const std::span<float> channel =
        image.subspan(static_cast<std::size_t>(entry.channel) * count, count);
    if (invert) negate(channel);
    correct(channel, entry.factor);
    if (invert) negate(channel);
  }
}

}  // namespace nnflow::augment
