// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "fingerprint/kernels/percentile.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace nnflow::fingerprint {

PercentilePosition percentile_position(std::size_t count, double percent) {
  const double position = static_cast<double>(count - 1) * (percent / 100.0);
  const double below = std::floor(position);
  const auto lower = std::min(static_cast<std::size_t>(below), count - 1);
  return {lower, std::min(lower + 1, count - 1), position - below};
}

double percentile(std::span<const double> values, double percent) {
  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  const auto position = percentile_position(sorted.size(), percent);
  return interpolate(sorted[position.lower], sorted[position.upper], position.fraction);
}

double median(std::span<const double> values) {
  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  const std::size_t middle = sorted.size() / 2;
  return sorted.size() % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2.0;
}

}  // namespace nnflow::fingerprint
