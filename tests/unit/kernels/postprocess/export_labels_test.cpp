// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "postprocess/kernels/export_labels.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace nnflow::postprocess {
namespace {

using Labels = std::vector<std::int16_t>;

ExportGeometry same_grid(const imaging::Extent3& extent) {
  ExportGeometry geometry;
  geometry.grid = extent;
  geometry.crop = {{0, 0, 0}, extent};
  geometry.uncropped = extent;
  return geometry;
}

Labels decide(const std::vector<float>& logits,
              std::int64_t heads,
              const ExportGeometry& geometry,
              const Labels& regions = {},
              LogitRounding rounding = LogitRounding::kSingle) {
  return export_labels(logits, heads, geometry, regions, rounding, 1);
}

TEST(ExportLabels, TakesTheFirstHighestHead) {
  EXPECT_EQ(decide({1, 2, 0, 1, 5, 2, 1, 3, 2}, 3, same_grid({1, 1, 3})), (Labels{0, 1, 1}));
  EXPECT_EQ(decide({-1, -4, -2, -3}, 2, same_grid({1, 1, 2})), (Labels{0, 1}));
}

TEST(ExportLabels, LetsTheLastRegionAboveOneHalfWin) {
  const auto logit = [](float p) { return std::log(p / (1.0F - p)); };
  const std::vector<float> logits{logit(0.9F),  logit(0.9F), logit(0.9F), 0.0F,       logit(0.51F),
                                  logit(0.51F), -50.0F,      -50.0F,      logit(0.8F)};
  EXPECT_EQ(decide(logits, 3, same_grid({1, 1, 3}), {1, 2, 3}), (Labels{1, 2, 3}));
}

TEST(ExceedsHalfProbability, FollowsTheFloatSigmoid) {
  EXPECT_FALSE(exceeds_half_probability(0x1p-24F));
  EXPECT_TRUE(exceeds_half_probability(0x1p-23F));
  EXPECT_FALSE(exceeds_half_probability(-1.0F));
  EXPECT_TRUE(exceeds_half_probability(100.0F));
  EXPECT_FALSE(exceeds_half_probability(-100.0F));
}

TEST(ExportLabels, UndoesCropAndTransposition) {
  ExportGeometry geometry;
  geometry.grid = {1, 1, 2};
  geometry.crop = {{0, 1, 1}, {1, 2, 3}};
  geometry.uncropped = {2, 3, 4};
  geometry.transpose_backward = {1, 2, 0};  // result axes are the uncropped axes 1, 2, 0
  ASSERT_EQ(exported_extent(geometry), (imaging::Extent3{3, 4, 2}));
  const auto labels = decide({0, 0, 0, 0, 1, 2}, 3, geometry);
  Labels expected(24, 0);
  expected[static_cast<std::size_t>(imaging::linear_index({3, 4, 2}, 1, 1, 0))] = 2;
  expected[static_cast<std::size_t>(imaging::linear_index({3, 4, 2}, 1, 2, 0))] = 2;
  EXPECT_EQ(labels, expected);
}

TEST(ExportLabels, ComparesHalvesWhenAskedTo) {
  const std::vector<float> logits{1.0F, 1.0F, 1.0F + 0x1p-12F, 1.0F + 0x1p-12F};
  ExportGeometry geometry = same_grid({1, 1, 2});
  geometry.crop.upper = {1, 1, 3};
  geometry.uncropped = {1, 1, 3};
  EXPECT_EQ(decide(logits, 2, geometry), (Labels{1, 1, 1}));
  EXPECT_EQ(decide(logits, 2, geometry, {}, LogitRounding::kHalf), (Labels{0, 0, 0}));
}

TEST(ExportLabels, GivesTheSameLabelsWithAnyNumberOfThreads) {
  ExportGeometry geometry;
  geometry.grid = {5, 6, 7};
  geometry.crop = {{1, 0, 2}, {10, 9, 13}};
  geometry.uncropped = {12, 9, 16};
  geometry.transpose_backward = {2, 0, 1};
  std::mt19937 random(5);
  std::normal_distribution<float> normal;
  std::vector<float> logits(4 * 210);
  for (float& value : logits) value = normal(random);
  const auto one = export_labels(logits, 4, geometry, {}, LogitRounding::kHalf, 1);
  EXPECT_EQ(export_labels(logits, 4, geometry, {}, LogitRounding::kHalf, 3), one);
  EXPECT_EQ(export_labels(logits, 4, geometry, {}, LogitRounding::kHalf, 100), one);
}

TEST(ExportLabels, RefusesLogitsThatDoNotFit) {
  EXPECT_THROW((void)decide({1.0F}, 2, same_grid({1, 1, 1})), std::invalid_argument);
}

}  // namespace
}  // namespace nnflow::postprocess
