// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <span>

namespace nnflow::resample {

/// Where results go: values are limited to [low, high] before they are stored.
struct Range {
  double low;
  double high;
};

/// From the lowest to the highest of some values, of which there is at least one.
[[nodiscard]] inline Range range_of(std::span<const float> values) {
  float low = values.front();
  float high = values.front();
  for (const float value : values) {
    low = std::min(low, value);
    high = std::max(high, value);
  }
  return {static_cast<double>(low), static_cast<double>(high)};
}

}  // namespace nnflow::resample
