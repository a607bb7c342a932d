// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "normalise/kernels/schemes.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <stdexcept>
#include <vector>

namespace nnflow::normalise {
namespace {

std::vector<float> values(std::size_t count) {
  std::mt19937 generator(2);
  std::vector<float> result(count);
  for (float& v : result) v = static_cast<float>(generator() % 4000U) / 3.0F - 200.0F;
  return result;
}

TEST(Zscore, GivesMeanZeroAndDeviationOne) {
  auto voxels = values(10007);
  zscore(voxels);
  const Moments moments = whole_moments(voxels);
  EXPECT_NEAR(moments.mean, 0.0, 1e-6);
  EXPECT_NEAR(moments.deviation, 1.0, 1e-6);
}

TEST(Zscore, SurvivesAConstantChannel) {
  std::vector<float> voxels(100, 4.0F);
  zscore(voxels);
  for (const float v : voxels) EXPECT_EQ(v, 0.0F);
}

TEST(MaskedZscore, ChangesOnlyTheMaskAndIgnoresTheRest) {
  auto voxels = values(1000);
  auto inside = std::vector<float>(voxels.begin(), voxels.begin() + 600);
  std::vector<std::int16_t> labels(1000, -1);
  std::fill(labels.begin(), labels.begin() + 600, std::int16_t{0});
  labels[3] = 2;
  const auto before = voxels;
  masked_zscore(voxels, labels);
  const Moments moments = pairwise_moments(inside);
  for (std::size_t i = 0; i < 1000; ++i) {
    EXPECT_EQ(voxels[i], i < 600 ? (before[i] - moments.mean) / moments.deviation : before[i]);
  }
}

TEST(MaskedZscore, LeavesEverythingWhenTheMaskIsEmpty) {
  auto voxels = values(10);
  const auto before = voxels;
  masked_zscore(voxels, std::vector<std::int16_t>(10, -1));
  EXPECT_EQ(voxels, before);
  EXPECT_THROW(masked_zscore(voxels, std::vector<std::int16_t>(9)), std::invalid_argument);
}

TEST(Moments, OfBothKindsAgreeAndAreZeroForNothing) {
  auto a = values(100003);
  const Moments whole = whole_moments(a);
  const Moments pairwise = pairwise_moments(a);
  EXPECT_NEAR(whole.mean, pairwise.mean, std::abs(whole.mean) * 1e-6);
  EXPECT_NEAR(whole.deviation, pairwise.deviation, whole.deviation * 1e-6);
  EXPECT_EQ(whole_moments({}).mean, 0.0F);
  EXPECT_EQ(pairwise_moments({}).deviation, 0.0F);
}

TEST(Ct, ClipsThenShiftsThenScales) {
  std::vector<float> voxels{-1000.0F, 10.0F, 500.0F};
  ct(voxels, {100.0, 50.0, -20.0, 300.0});
  EXPECT_EQ(voxels, (std::vector<float>{-2.4F, -1.8F, 4.0F}));
}

TEST(Rescale, MapsTheRangeToZeroOne) {
  std::vector<float> voxels{-2.0F, 0.0F, 6.0F};
  rescale_to_0_1(voxels);
  EXPECT_EQ(voxels, (std::vector<float>{0.0F, 0.25F, 1.0F}));
  std::vector<float> constant{3.0F, 3.0F};
  rescale_to_0_1(constant);
  EXPECT_EQ(constant, (std::vector<float>{0.0F, 0.0F}));
}

TEST(Rgb, DividesBy255AndRejectsOtherRanges) {
  std::vector<float> voxels{0.0F, 51.0F, 255.0F};
  rgb_to_0_1(voxels);
  EXPECT_EQ(voxels, (std::vector<float>{0.0F, 0.2F, 1.0F}));
  std::vector<float> bad{0.0F, 256.0F};
  EXPECT_THROW(rgb_to_0_1(bad), std::domain_error);
}

}  // namespace
}  // namespace nnflow::normalise
