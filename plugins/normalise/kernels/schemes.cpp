// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "normalise/kernels/schemes.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>
#include <string>
#include <vector>

#include <nnflow/nnunet/pairwise_sum.hpp>

namespace nnflow::normalise {
namespace {

constexpr double kSmallest = 1e-8;

/// A float32 sum divided by the count in double and rounded back, as numpy's mean does.
float divided(float sum, std::size_t count) {
  return static_cast<float>(static_cast<double>(sum) / static_cast<double>(count));
}

float at_least_smallest(float deviation) {
  return std::max(deviation, static_cast<float>(kSmallest));
}

/// Sum of `term(value)` in double over eight lanes, so that the loop vectorises in a fixed order.
template <class Term>
double lane_sum(std::span<const float> values, const Term& term) {
  constexpr std::size_t kLanes = 8;
  std::array<double, kLanes> sums{};
  std::size_t i = 0;
  for (; i + kLanes <= values.size(); i += kLanes) {
    for (std::size_t l = 0; l < kLanes; ++l) sums[l] += term(values[i + l]);
  }
  double sum =
      ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]));
  for (; i < values.size(); ++i) sum += term(values[i]);
  return sum;
}

}  // namespace

Moments pairwise_moments(std::span<float> values) {
  const std::size_t count = values.size();
  if (count == 0) return {};
  const float mean = divided(nnunet::pairwise_sum<float>(values), count);
  for (float& value : values) {
    const float difference = value - mean;
    value = difference * difference;
  }
  return {mean, std::sqrt(divided(nnunet::pairwise_sum<float>(values), count))};
}

Moments whole_moments(std::span<const float> values) {
  if (values.empty()) return {};
  const auto count = static_cast<double>(values.size());
  const double sum = lane_sum(values, [](float v) { return static_cast<double>(v); });
  const auto mean = static_cast<float>(sum / count);
  const double squares = lane_sum(values, [mean](float v) {
    const float difference = v - mean;
    return static_cast<double>(difference * difference);
  });
  return {mean, std::sqrt(static_cast<float>(squares / count))};
}

void zscore(std::span<float> voxels) {
  const Moments moments = whole_moments(voxels);
  const float deviation = at_least_smallest(moments.deviation);
  for (float& v : voxels) v = (v - moments.mean) / deviation;
}

void masked_zscore(std::span<float> voxels, std::span<const std::int16_t> labels) {
  if (voxels.size() != labels.size())
    throw std::invalid_argument("masked_zscore: spans of different length");
  std::vector<float> inside(voxels.size());
  std::size_t count = 0;
  for (std::size_t i = 0; i < voxels.size(); ++i) {
    inside[count] = voxels[i];
    count += static_cast<std::size_t>(labels[i] >= 0);
  }
  const Moments moments = pairwise_moments(std::span(inside).first(count));
  const float deviation = at_least_smallest(moments.deviation);
  for (std::size_t i = 0; i < voxels.size(); ++i) {
    const float score = (voxels[i] - moments.mean) / deviation;
    voxels[i] = labels[i] >= 0 ? score : voxels[i];
  }
}

void ct(std::span<float> voxels, const Window& window) {
  const auto lower = static_cast<float>(window.lower);
  const auto upper = static_cast<float>(window.upper);
  const auto mean = static_cast<float>(window.mean);
  const auto deviation = static_cast<float>(std::max(window.deviation, kSmallest));
  for (float& v : voxels) v = (std::min(std::max(v, lower), upper) - mean) / deviation;
}

void rescale_to_0_1(std::span<float> voxels) {
  if (voxels.empty()) return;
  const float lowest = *std::min_element(voxels.begin(), voxels.end());
  float highest = 0.0F;
  for (float& v : voxels) {
    v -= lowest;
    highest = std::max(highest, v);
  }
  highest = at_least_smallest(highest);
  for (float& v : voxels) v /= highest;
}

void rgb_to_0_1(std::span<float> voxels) {
  for (const float v : voxels) {
    if (v < 0.0F || v > 255.0F) {
      throw std::domain_error("value " + std::to_string(v) +
                              " in an RGB channel, expected 0 to 255");
    }
  }
  for (float& v : voxels) v /= 255.0F;
}

}  // namespace nnflow::normalise
