// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "evaluate/kernels/aggregate.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace nnflow::evaluate {
namespace {

TEST(MeanOverCases, LeavesOutCasesWithoutTheEntry) {
  const std::vector<Counts> cases{{1, 0, 0, 3}, {0, 0, 0, 4}, {1, 2, 0, 1}};
  const auto mean = mean_over_cases(cases);
  EXPECT_DOUBLE_EQ(mean.dice, 0.75);
  EXPECT_DOUBLE_EQ(mean.true_positive, 2.0 / 3.0);
  EXPECT_DOUBLE_EQ(mean.n_pred, 4.0 / 3.0);
  EXPECT_DOUBLE_EQ(mean.n_ref, 2.0 / 3.0);
}

TEST(MeanOverCases, IsNanForAnEntryThatNeverOccurs) {
  const std::vector<Counts> cases{{0, 0, 0, 3}};
  EXPECT_TRUE(std::isnan(mean_over_cases(cases).dice));
  EXPECT_EQ(mean_over_cases(cases).true_negative, 3.0);
  EXPECT_TRUE(std::isnan(mean_over_cases({}).dice));
}

TEST(MeanOverEntries, IsNanAsSoonAsOneEntryIs) {
  MeanMetrics nan;
  nan.dice = std::nan("");
  EXPECT_TRUE(std::isnan(mean_over_entries(std::vector{nan, MeanMetrics{}}).dice));
  EXPECT_EQ(mean_over_entries(std::vector{nan, MeanMetrics{}}).iou, 0.0);
}

TEST(PairwiseSum, AddsInNumpysOrder) {
  std::vector<double> values;
  for (int i = 0; i < 300; ++i) values.push_back(1.0 / static_cast<double>(i + 1));
  const std::span<const double> all(values);
  EXPECT_EQ(pairwise_sum(all.first(20)), 0x1.cc82bbab7a28bp+1);
  EXPECT_EQ(pairwise_sum(all.first(130)), 0x1.5cb5b871c7c27p+2);
  EXPECT_EQ(pairwise_sum(all), 0x1.92172a3e6965ap+2);
}

}  // namespace
}  // namespace nnflow::evaluate
