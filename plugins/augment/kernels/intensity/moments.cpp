// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "augment/kernels/intensity/moments.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

namespace nnflow::augment {
namespace {

constexpr std::size_t kLanes =
    8;  // independent accumulators, so that the loop is not one long dependency

template <class F>
double sum_lanes(std::span<const float> values, F term) {
  std::array<double, kLanes> lanes{};
  std::size_t i = 0;
  for (; i + kLanes <= values.size(); i += kLanes) {
    for (std::size_t k = 0; k < kLanes; ++k) lanes[k] += term(values[i + k]);
  }
  double sum = 0.0;
  for (; i < values.size(); ++i) sum += term(values[i]);
  for (const double lane : lanes) sum += lane;
  return sum;
}

}  // namespace

ValueRange range_of(std::span<const float> values) {
  if (values.empty()) return {};
  std::array<float, kLanes> low;
  std::array<float, kLanes> high;
  low.fill(values[0]);
  high.fill(values[0]);
  std::size_t i = 0;
  for (; i + kLanes <= values.size(); i += kLanes) {
    for (std::size_t k = 0; k < kLanes; ++k) {
      low[k] = std::min(low[k], values[i + k]);
      high[k] = std::max(high[k], values[i + k]);
    }
  }
  ValueRange range{*std::min_element(low.begin(), low.end()),
                   *std::max_element(high.begin(), high.end())};
  for (; i < values.size(); ++i) {
    range.low = std::min(range.low, values[i]);
    range.high = std::max(range.high, values[i]);
  }
  return range;
}

double mean_of(std::span<const float> values) {
  if (values.empty()) return 0.0;
  return sum_lanes(values, [](float v) { return static_cast<double>(v); }) /
         static_cast<double>(values.size());
}

double deviation_of(std::span<const float> values, double mean) {
  if (values.size() < 2) return 0.0;
  const double squares = sum_lanes(values, [mean](float v) {
    const double d = static_cast<double>(v) - mean;
    return d * d;
  });
  return std::sqrt(squares / static_cast<double>(values.size() - 1));
}

}  // namespace nnflow::augment
