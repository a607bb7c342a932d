// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

namespace nnflow::augment {

struct ValueRange {
  float low = 0.0F;
  float high = 0.0F;
};

/// Smallest and largest value; `{0, 0}` when empty.
[[nodiscard]] ValueRange range_of(std::span<const float> values);

/// Mean, summed in double in a fixed order; 0 when empty.
[[nodiscard]] double mean_of(std::span<const float> values);

/// Standard deviation around `mean` with Bessel's correction; 0 for fewer than two values.
[[nodiscard]] double deviation_of(std::span<const float> values, double mean);

}  // namespace nnflow::augment
