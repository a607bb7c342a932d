// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "augment/kernels/intensity/moments.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

#include "augment/kernels/wide_vectors.hpp"

namespace nnflow::augment {
namespace {

// Independent sums, so that the loop is not one long dependency. Their number is a part of the
// result: it stays the same for vectors of any width.
constexpr std::size_t kLanes = 16;
using Sums = std::array<double, kLanes>;
using Values = std::array<float, kLanes>;

NNFLOW_WIDE_VECTORS void add_values(const float* values, std::size_t count, Sums& sums) {
  Sums lanes = sums;
  for (std::size_t i = 0; i + kLanes <= count; i += kLanes) {
    for (std::size_t k = 0; k < kLanes; ++k) lanes[k] += static_cast<double>(values[i + k]);
  }
  sums = lanes;
}

NNFLOW_WIDE_VECTORS void add_squares(const float* values,
                                     std::size_t count,
                                     double mean,
                                     Sums& sums) {
  Sums lanes = sums;
  for (std::size_t i = 0; i + kLanes <= count; i += kLanes) {
    for (std::size_t k = 0; k < kLanes; ++k) {
      const double d = static_cast<double>(values[i + k]) - mean;
      lanes[k] += d * d;
    }
  }
  sums = lanes;
}

NNFLOW_WIDE_VECTORS void widen(const float* values, std::size_t count, Values& low, Values& high) {
  Values lows = low;
  Values highs = high;
  for (std::size_t i = 0; i + kLanes <= count; i += kLanes) {
    for (std::size_t k = 0; k < kLanes; ++k) {
      const float v = values[i + k];
      lows[k] = v < lows[k] ? v : lows[k];
      highs[k] = highs[k] < v ? v : highs[k];
    }
  }
  low = lows;
  high = highs;
}

std::span<const float> rest_of(std::span<const float> values) {
  return values.last(values.size() % kLanes);
}

double total(const Sums& sums, double rest) {
  for (const double lane : sums) rest += lane;
  return rest;
}

}  // namespace

ValueRange range_of(std::span<const float> values) {
  if (values.empty()) return {};
  Values low;
  Values high;
  low.fill(values[0]);
  high.fill(values[0]);
  widen(values.data(), values.size(), low, high);
  ValueRange range{*std::min_element(low.begin(), low.end()),
                   *std::max_element(high.begin(), high.end())};
  for (const float v : rest_of(values)) {
    range.low = std::min(range.low, v);
    range.high = std::max(range.high, v);
  }
  return range;
}

double mean_of(std::span<const float> values) {
  if (values.empty()) return 0.0;
  Sums sums{};
  add_values(values.data(), values.size(), sums);
  double rest = 0.0;
  for (const float v : rest_of(values)) rest += static_cast<double>(v);
  return total(sums, rest) / static_cast<double>(values.size());
}

double deviation_of(std::span<const float> values, double mean) {
  if (values.size() < 2) return 0.0;
  Sums sums{};
  add_squares(values.data(), values.size(), mean, sums);
  double rest = 0.0;
  for (const float v : rest_of(values)) {
    const double d = static_cast<double>(v) - mean;
    rest += d * d;
  }
  return std::sqrt(total(sums, rest) / static_cast<double>(values.size() - 1));
}

}  // namespace nnflow::augment
