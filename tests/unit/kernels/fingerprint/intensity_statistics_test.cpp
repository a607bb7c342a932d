// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "fingerprint/kernels/intensity_statistics.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>
#include <vector>

#include <nnflow/nnunet/percentile.hpp>

namespace nnflow::fingerprint {
namespace {

TEST(Percentile, InterpolatesLinearly) {
  const std::vector<double> values{4, 1, 3, 2};
  EXPECT_EQ(nnunet::percentile(values, 0), 1.0);
  EXPECT_EQ(nnunet::percentile(values, 50), 2.5);
  EXPECT_EQ(nnunet::percentile(values, 100), 4.0);
  EXPECT_DOUBLE_EQ(nnunet::percentile(values, 10), 1.3);
  EXPECT_EQ(nnunet::percentile(std::vector<double>{7}, 99.5), 7.0);
}

TEST(Median, AveragesTheTwoMiddleValues) {
  EXPECT_EQ(nnunet::median(std::vector<double>{5, 1, 2}), 2.0);
  EXPECT_EQ(nnunet::median(std::vector<double>{5, 1, 2, 3}), 2.5);
}

TEST(ForegroundValues, AreThoseWithAPositiveLabelInScanOrder) {
  const std::vector<float> voxels{5, 4, 3, 2, 1};
  EXPECT_EQ(foreground_values(voxels, std::vector<std::int16_t>{1, 0, -1, 2, 7}),
            (std::vector<float>{5, 2, 1}));
}

TEST(SamplesPerCase, DividesAHundredMillion) {
  EXPECT_EQ(samples_per_case(3), 33333333);
  EXPECT_EQ(samples_per_case(260), 384615);
}

TEST(IntensityStatistics, DoNotDependOnWhenOrWithHowManyThreadsSamplesAreDrawn) {
  std::vector<std::vector<float>> values(2);
  for (int i = 0; i < 1000; ++i) {
    values[0].push_back(static_cast<float>((i * 7919) % 1000) / 3.0F);
    values[1].push_back(static_cast<float>((i * 104729) % 977) - 400.0F);
  }
  const std::int64_t samples = 500;
  const CaseForeground early = reduce_foreground(values, samples);
  EXPECT_TRUE(early.drawn);
  const CaseForeground late{values, false};
  const std::vector<CaseForeground> drawn_early{early, early, early};
  const std::vector<CaseForeground> drawn_late{late, late, late};
  const auto a = intensity_statistics(drawn_early, samples, 1);
  const auto b = intensity_statistics(drawn_late, samples, 2);
  ASSERT_EQ(a.size(), 2U);
  for (std::size_t c = 0; c < 2; ++c) {
    EXPECT_EQ(a[c].mean, b[c].mean);
    EXPECT_EQ(a[c].deviation, b[c].deviation);
    EXPECT_EQ(a[c].median, b[c].median);
    EXPECT_EQ(a[c].percentile_00_5, b[c].percentile_00_5);
    EXPECT_EQ(a[c].percentile_99_5, b[c].percentile_99_5);
    EXPECT_EQ(a[c].min, b[c].min);
    EXPECT_EQ(a[c].max, b[c].max);
    EXPECT_LE(a[c].min, a[c].percentile_00_5);
    EXPECT_LE(a[c].percentile_99_5, a[c].max);
  }
}

TEST(IntensityStatistics, OfAConstantAreThatConstant) {
  const std::vector<CaseForeground> cases{{{{2.5F, 2.5F, 2.5F}}, false}, {{{}}, false}};
  const auto result = intensity_statistics(cases, 100, 1);
  EXPECT_EQ(result[0].mean, 2.5);
  EXPECT_EQ(result[0].deviation, 0.0);
  EXPECT_EQ(result[0].median, 2.5);
  EXPECT_EQ(result[0].max, 2.5);
}

TEST(IntensityStatistics, NeedForeground) {
  const std::vector<CaseForeground> cases{{{{}}, false}};
  EXPECT_THROW((void)intensity_statistics(cases, 100, 1), std::invalid_argument);
}

}  // namespace
}  // namespace nnflow::fingerprint
