// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "postprocess/kernels/export_probabilities.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <stdexcept>

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

TEST(ExportProbabilities, AreASoftmaxOverTheHeads) {
  const std::vector<float> logits{1.0F, 0.0F, 3.0F, 0.0F, 2.0F, 0.0F};
  const auto out =
      export_probabilities(logits, 3, same_grid({1, 1, 2}), {}, LogitRounding::kSingle, 1);
  const double sum = std::exp(1.0) + std::exp(3.0) + std::exp(2.0);
  EXPECT_NEAR(out.probabilities[0], std::exp(1.0) / sum, 1e-6);
  EXPECT_NEAR(out.probabilities[2], std::exp(3.0) / sum, 1e-6);
  EXPECT_NEAR(out.probabilities[4], std::exp(2.0) / sum, 1e-6);
  EXPECT_EQ(out.probabilities[1], 1.0F / 3.0F);
  EXPECT_EQ(out.labels, (Labels{1, 0}));
}

TEST(ExportProbabilities, OfRegionsAreSigmoids) {
  const std::vector<float> logits{2.0F, 0.0F, -1.0F, 4.0F};
  const Labels regions{3, 5};
  const auto out =
      export_probabilities(logits, 2, same_grid({1, 1, 2}), regions, LogitRounding::kSingle, 1);
  EXPECT_NEAR(out.probabilities[0], 1.0 / (1.0 + std::exp(-2.0)), 1e-7);
  EXPECT_EQ(out.probabilities[1], 0.5F);
  EXPECT_NEAR(out.probabilities[2], 1.0 / (1.0 + std::exp(1.0)), 1e-7);
  EXPECT_EQ(out.labels, (Labels{3, 5}));
}

TEST(ExportProbabilities, StayFiniteForLargeLogits) {
  const std::vector<float> logits{60000.0F, -60000.0F, -60000.0F, 60000.0F};
  const auto out =
      export_probabilities(logits, 2, same_grid({1, 1, 2}), {}, LogitRounding::kSingle, 1);
  EXPECT_EQ(out.probabilities, (std::vector<float>{1.0F, 0.0F, 0.0F, 1.0F}));
  const Labels regions{1, 2};
  const auto regional =
      export_probabilities(logits, 2, same_grid({1, 1, 2}), regions, LogitRounding::kSingle, 1);
  EXPECT_EQ(regional.probabilities, (std::vector<float>{1.0F, 0.0F, 0.0F, 1.0F}));
}

ExportGeometry cropped_and_permuted() {
  ExportGeometry geometry;
  geometry.grid = {1, 1, 2};
  geometry.crop = {{0, 1, 1}, {1, 2, 3}};
  geometry.uncropped = {2, 3, 4};
  geometry.transpose_backward = {1, 2, 0};
  return geometry;
}

TEST(ExportProbabilities, AreBackgroundOutsideTheCrop) {
  const std::vector<float> logits{0.0F, 0.0F, 50.0F, 50.0F};
  const auto out =
      export_probabilities(logits, 2, cropped_and_permuted(), {}, LogitRounding::kHalf, 1);
  std::vector<float> expected(48, 0.0F);
  std::fill_n(expected.begin(), 24, 1.0F);
  for (const std::int64_t y : {1, 2}) {
    const auto voxel = static_cast<std::size_t>(imaging::linear_index({3, 4, 2}, 1, y, 0));
    expected[voxel] = std::exp(-50.0F);
    expected[24 + voxel] = 1.0F;
    EXPECT_EQ(out.labels[voxel], 1);
  }
  EXPECT_EQ(out.probabilities, expected);
  const Labels regions{1, 2};
  const auto regional =
      export_probabilities(logits, 2, cropped_and_permuted(), regions, LogitRounding::kHalf, 1);
  EXPECT_EQ(regional.probabilities[0], 0.0F);
}

TEST(ExportProbabilities, GiveTheLabelsOfTheLogitsWithAnyNumberOfThreads) {
  ExportGeometry geometry;
  geometry.grid = {5, 6, 7};
  geometry.crop = {{1, 0, 2}, {10, 9, 13}};
  geometry.uncropped = {12, 9, 16};
  geometry.transpose_backward = {2, 0, 1};
  std::mt19937 random(5);
  std::normal_distribution<float> normal;
  std::vector<float> logits(4 * 210);
  for (float& value : logits) value = normal(random);
  for (const auto& separate : {std::optional<int>(), std::optional<int>(0)}) {
    geometry.separate_axis = separate;
    const auto one = export_probabilities(logits, 4, geometry, {}, LogitRounding::kHalf, 1);
    const auto three = export_probabilities(logits, 4, geometry, {}, LogitRounding::kHalf, 3);
    EXPECT_EQ(one.probabilities, three.probabilities);
    EXPECT_EQ(one.labels, three.labels);
    EXPECT_EQ(one.labels, export_labels(logits, 4, geometry, {}, LogitRounding::kHalf, 1));
  }
}

TEST(ExportProbabilities, RefuseLogitsThatDoNotFit) {
  const std::vector<float> logits{1.0F};
  EXPECT_THROW(
      (void)export_probabilities(logits, 2, same_grid({1, 1, 1}), {}, LogitRounding::kSingle, 1),
      std::invalid_argument);
}

}  // namespace
}  // namespace nnflow::postprocess
