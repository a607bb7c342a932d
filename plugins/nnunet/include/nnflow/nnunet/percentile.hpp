// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace nnflow::nnunet {

/// Where numpy's "linear" percentile lies among `count` sorted values (nnunet-data 3.3).
/// Header-only like RandomState.
struct PercentilePosition {
  std::size_t lower;  ///< index of the value below
  std::size_t upper;  ///< index of the value above, or the last
  double fraction;    ///< how far from lower to upper
};
/// `percent` in [0, 100]; `count` > 0.
[[nodiscard]] inline PercentilePosition percentile_position(std::size_t count, double percent) {
  const double position = static_cast<double>(count - 1) * (percent / 100.0);
  const double below = std::floor(position);
  const std::size_t lower = std::min(static_cast<std::size_t>(below), count - 1);
  return {lower, std::min(lower + 1, count - 1), position - below};
}

/// The percentile from its two neighbours; the difference is taken in the type of the values.
template <class T>
[[nodiscard]] double interpolate_percentile(T below, T above, double fraction) {
  const auto difference = static_cast<double>(static_cast<T>(above - below));
  return fraction < 0.5 ? static_cast<double>(below) + difference * fraction
                        : static_cast<double>(above) - difference * (1.0 - fraction);
}

/// numpy's percentile of values in any order; `values` must not be empty.
[[nodiscard]] inline double percentile(std::vector<double> values, double percent) {
  std::sort(values.begin(), values.end());
  const PercentilePosition at = percentile_position(values.size(), percent);
  return interpolate_percentile(values[at.lower], values[at.upper], at.fraction);
}

/// numpy's median: the middle value, or the mean of the two middle ones; `values` must not be
/// empty.
[[nodiscard]] inline double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2.0;
}

}  // namespace nnflow::nnunet
