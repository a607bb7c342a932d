// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "predict/kernels/accumulate.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <utility>

#include "predict/kernels/gaussian_weight.hpp"
#include "predict/kernels/padding.hpp"
#include "predict/kernels/tile_grid.hpp"

namespace nnflow::predict {
namespace {

constexpr imaging::Extent3 kImage{3, 11, 9};
constexpr imaging::Extent3 kPatch{4, 6, 4};

std::vector<float> constant_prediction(SumPrecision precision, int folds, float value) {
  const auto weights = gaussian_weight(kPatch);
  const auto origin = patch_padding(kImage, kPatch, false).lower;
  LogitSum sum(2, kImage, precision);
  std::vector<float> tile(2 * weights.size(), value);
  for (int fold = 0; fold < folds; ++fold) {
    for (const auto& start : tile_grid(kImage, kPatch, 0.5, false)) {
      sum.add(tile, weights, kPatch,
              {start[0] - origin[0], start[1] - origin[1], start[2] - origin[2]});
    }
    sum.end_fold();
  }
  return std::move(sum).finish();
}

TEST(LogitSum, ReturnsAConstantForAConstantNetwork) {
  for (const int folds : {1, 3}) {
    for (const float value : constant_prediction(SumPrecision::kSingle, folds, 1.75F)) {
      ASSERT_NEAR(value, 1.75F, 1e-6F);
    }
    // 2 keeps products exact: other values lose bits where weights are subnormal halves
    for (const float value : constant_prediction(SumPrecision::kHalf, folds, 2.0F)) {
      ASSERT_EQ(value, 2.0F);
    }
  }
}

TEST(LogitSum, RoundsToHalfAfterEveryTile) {
  const imaging::Extent3 voxel{1, 1, 1};
  LogitSum sum(1, voxel, SumPrecision::kHalf);
  const std::vector<float> weight{1.0F};
  sum.add(std::vector<float>{2048.0F}, weight, voxel, {0, 0, 0});
  sum.add(std::vector<float>{1.0F}, weight, voxel,
          {0, 0, 0});  // lost: halves above 2048 are 2 apart
  sum.end_fold();
  EXPECT_EQ(std::move(sum).finish(), std::vector<float>{1024.0F});
}

TEST(LogitSum, AveragesFoldsAfterTheirDivision) {
  const imaging::Extent3 voxel{1, 1, 1};
  for (const auto precision : {SumPrecision::kSingle, SumPrecision::kHalf}) {
    LogitSum sum(1, voxel, precision);
    sum.add(std::vector<float>{1.0F}, std::vector<float>{4.0F}, voxel, {0, 0, 0});
    sum.end_fold();
    sum.add(std::vector<float>{2.0F}, std::vector<float>{4.0F}, voxel, {0, 0, 0});
    sum.end_fold();
    EXPECT_EQ(std::move(sum).finish(), std::vector<float>{1.5F});
  }
}

TEST(AllFinite, FindsInfinityAndNan) {
  EXPECT_TRUE(all_finite(std::vector<float>{0.0F, -3.0F}));
  EXPECT_FALSE(all_finite(std::vector<float>{0.0F, std::numeric_limits<float>::infinity()}));
  EXPECT_FALSE(all_finite(std::vector<float>{std::nanf("")}));
}

}  // namespace
}  // namespace nnflow::predict
