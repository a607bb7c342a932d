// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "evaluate/kernels/aggregate.hpp"

#include <array>
#include <cmath>
#include <limits>

#include "evaluate/kernels/dice.hpp"

namespace nnflow::evaluate {

namespace {

constexpr std::array kFields{&MeanMetrics::dice,           &MeanMetrics::iou,
                             &MeanMetrics::false_negative, &MeanMetrics::false_positive,
                             &MeanMetrics::true_negative,  &MeanMetrics::true_positive,
                             &MeanMetrics::n_pred,         &MeanMetrics::n_ref};

MeanMetrics of_case(const Counts& counts) {
  const auto tp = static_cast<double>(counts.true_positive);
  const auto fp = static_cast<double>(counts.false_positive);
  const auto fn = static_cast<double>(counts.false_negative);
  return {dice(counts),
          intersection_over_union(counts),
          fn,
          fp,
          static_cast<double>(counts.true_negative),
          tp,
          tp + fp,
          tp + fn};
}

double mean(std::span<const double> values, std::size_t count) {
  if (count == 0) return std::numeric_limits<double>::quiet_NaN();
  return pairwise_sum(values) / static_cast<double>(count);
}

}  // namespace

double pairwise_sum(std::span<const double> values) {
  constexpr std::size_t kLanes = 8;
  constexpr std::size_t kBlock = 128;
  const std::size_t n = values.size();
  if (n < kLanes) {
    double sum = -0.0;  // the identity that keeps the sign of zero
    for (const double value : values) sum += value;
    return n == 0 ? 0.0 : sum;
  }
  if (n <= kBlock) {
    std::array<double, kLanes> lanes{};
    for (std::size_t j = 0; j < kLanes; ++j) lanes[j] = values[j];
    std::size_t i = kLanes;
    for (; i + kLanes <= n; i += kLanes) {
      for (std::size_t j = 0; j < kLanes; ++j) lanes[j] += values[i + j];
    }
    double sum = ((lanes[0] + lanes[1]) + (lanes[2] + lanes[3])) +
                 ((lanes[4] + lanes[5]) + (lanes[6] + lanes[7]));
    for (; i < n; ++i) sum += values[i];
    return sum;
  }
  std::size_t middle = n / 2;
  middle -= middle % kLanes;
  return pairwise_sum(values.first(middle)) + pairwise_sum(values.subspan(middle));
}

MeanMetrics mean_over_cases(std::span<const Counts> cases) {
  std::vector<MeanMetrics> figures;
  figures.reserve(cases.size());
  for (const auto& counts : cases) figures.push_back(of_case(counts));
  MeanMetrics result;
  for (const auto field : kFields) {
    std::vector<double> values;
    std::size_t count = 0;
    for (const auto& figure :
         figures) {  // NaN counts as 0 in the sum, whose order depends on the number of values
      const bool valid = !std::isnan(figure.*field);
      values.push_back(valid ? figure.*field : 0.0);
      if (valid) ++count;
    }
    result.*field = mean(values, count);
  }
  return result;
}

MeanMetrics mean_over_entries(std::span<const MeanMetrics> entries) {
  MeanMetrics result;
  for (const auto field : kFields) {
    std::vector<double> values;
    for (const auto& entry : entries) values.push_back(entry.*field);
    result.*field = mean(values, values.size());
  }
  return result;
}

}  // namespace nnflow::evaluate
