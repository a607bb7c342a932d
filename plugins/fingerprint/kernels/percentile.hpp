// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>

namespace nnflow::fingerprint {

/// numpy's "linear" percentile (nnunet-data 3.3): where in `count` sorted values it lies.
struct PercentilePosition {
  std::size_t lower;  ///< index of the value below
  std::size_t upper;  ///< index of the value above, or the last
  double fraction;    ///< how far from lower to upper
};
/// `percent` in [0, 100]; `count` > 0.
[[nodiscard]] PercentilePosition percentile_position(std::size_t count, double percent);

/// The percentile from its two neighbours; the difference is taken in the type of the values.
template <class T>
[[nodiscard]] double interpolate(T below, T above, double fraction) {
  const auto difference = static_cast<double>(static_cast<T>(above - below));
  return fraction < 0.5 ? static_cast<double>(below) + difference * fraction
                        : static_cast<double>(above) - difference * (1.0 - fraction);
}

/// Percentile of any values in any order; `values` must not be empty.
[[nodiscard]] double percentile(std::span<const double> values, double percent);
/// numpy's median: the middle value, or the mean of the two middle ones.
[[nodiscard]] double median(std::span<const double> values);

}  // namespace nnflow::fingerprint
