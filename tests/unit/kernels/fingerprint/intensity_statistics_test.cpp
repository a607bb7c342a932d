// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "fingerprint/kernels/intensity_statistics.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>
#include <utility>
#include <vector>

#include <nnflow/nnunet/percentile.hpp>
#include <nnflow/nnunet/random_state.hpp>

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

TEST(IntensityStatistics, OfManySamplesOfUnequalCasesAreTheSameForAnyNumberOfThreads) {
  constexpr std::int64_t kSamples = 600'000;
  std::vector<CaseForeground> drawn_late;
  std::vector<CaseForeground> drawn_early;
  for (const int voxels : {1, 1000, 1023, 1024, 1025}) {
    std::vector<std::vector<float>> values(2);
    for (int i = 0; i < voxels; ++i) {
      values[0].push_back(static_cast<float>((i * 7919) % 1000) / 3.0F);
      values[1].push_back(static_cast<float>((i * 104729) % 977) - 400.0F);
    }
    drawn_late.push_back({values, false});
    // One draw after the other from a generator of the case's own.
    nnunet::RandomState state(1234);
    for (std::vector<float>& channel : values) {
      std::vector<float> samples;
      for (std::int64_t i = 0; i < kSamples; ++i)
        samples.push_back(channel[static_cast<std::size_t>(state.interval(channel.size() - 1))]);
      channel = std::move(samples);
    }
    drawn_early.push_back({std::move(values), true});
  }
  const auto expected = intensity_statistics(drawn_early, kSamples, 1);
  for (const int threads : {1, 2, 5}) {
    const auto found = intensity_statistics(drawn_late, kSamples, threads);
    ASSERT_EQ(found.size(), 2U);
    for (std::size_t c = 0; c < 2; ++c) {
      EXPECT_EQ(found[c].mean, expected[c].mean) << threads << " threads";
      EXPECT_EQ(found[c].deviation, expected[c].deviation) << threads << " threads";
      EXPECT_EQ(found[c].median, expected[c].median) << threads << " threads";
      EXPECT_EQ(found[c].percentile_00_5, expected[c].percentile_00_5) << threads << " threads";
      EXPECT_EQ(found[c].percentile_99_5, expected[c].percentile_99_5) << threads << " threads";
    }
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
