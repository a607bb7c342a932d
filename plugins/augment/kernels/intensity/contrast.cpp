// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "augment/kernels/intensity/contrast.hpp"

#include <algorithm>

#include "augment/kernels/intensity/moments.hpp"

namespace nnflow::augment {

void apply_contrast(std::span<const ChannelFactor> factors,
                    bool preserve_range,
                    std::span<float> image,
                    std::int64_t voxels) {
  const auto count = static_cast<std::size_t>(voxels);
  for (const ChannelFactor& entry : factors) {
    const std::span<float> channel =
        image.subspan(static_cast<std::size_t>(entry.channel) * count, count);
    const auto mean = static_cast<float>(mean_of(channel));
    const ValueRange range = range_of(channel);
    for (float& v : channel) v = (v - mean) * entry.factor + mean;
    if (!preserve_range) continue;
    for (float& v : channel) v = std::min(std::max(v, range.low), range.high);
  }
}

}  // namespace nnflow::augment
