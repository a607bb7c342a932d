// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "augment/kernels/intensity/gamma.hpp"

#include <algorithm>

#include "augment/kernels/fast_math.hpp"
#include "augment/kernels/intensity/moments.hpp"
#include "augment/kernels/wide_vectors.hpp"

namespace nnflow::augment {
namespace {

constexpr float kEpsilon = 1e-7F;

struct Scaling {
  float low;
  float down;  // divides the difference to `low`
  float up;    // multiplies it again
};

NNFLOW_WIDE_VECTORS void raise(std::span<float> values, const Scaling& scaling, float gamma) {
  float* const x = values.data();
  const std::size_t count = values.size();
  const auto [low, down, up] = scaling;
  for (std::size_t i = 0; i < count; ++i) x[i] = fast_pow((x[i] - low) / down, gamma) * up + low;
}

void correct(std::span<float> x, float gamma) {
  const double mean_before = mean_of(x);
  const auto deviation_before = static_cast<float>(deviation_of(x, mean_before));
  const ValueRange range = range_of(x);
  const float width = range.high - range.low;
  const float scale = std::max(width, kEpsilon);
  raise(x, {range.low, scale, width}, gamma);
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
