// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "predict/kernels/gaussian_weight.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace nnflow::predict {
namespace {

constexpr float kSmallestHalf = 0x1p-24F;

std::int64_t smallest_count(const std::vector<float>& weights) {
  return std::count(weights.begin(), weights.end(), kSmallestHalf);
}

TEST(GaussianWeight, HasItsPeakOfTenAtHalfThePatch) {
  const imaging::Extent3 patch{128, 128, 128};
  const auto weights = gaussian_weight(patch);
  EXPECT_EQ(weights[static_cast<std::size_t>(imaging::linear_index(patch, 64, 64, 64))], 10.0F);
  EXPECT_EQ(*std::max_element(weights.begin(), weights.end()), 10.0F);
  EXPECT_EQ(*std::min_element(weights.begin(), weights.end()), kSmallestHalf);
  EXPECT_GE(smallest_count(weights), 8941);
}

TEST(GaussianWeight, UnderflowsWhereTheReferenceDoes) {
  EXPECT_GE(smallest_count(gaussian_weight({40, 56, 40})), 411);
  EXPECT_GE(smallest_count(gaussian_weight({20, 28, 20})), 57);
}

TEST(GaussianWeight, DoesNotUnderflowInSmallPatches) {
  const imaging::Extent3 patch{5, 7, 9};
  const auto weights = gaussian_weight(patch);
  EXPECT_NEAR(*std::min_element(weights.begin(), weights.end()), 2.98e-7F, 1e-9F);
  EXPECT_EQ(weights[static_cast<std::size_t>(imaging::linear_index(patch, 2, 3, 4))], 10.0F);
}

TEST(GaussianWeight, IgnoresTheMissingAxisOf2DPatches) {
  const auto weights = gaussian_weight({1, 512, 512});
  EXPECT_NEAR(*std::min_element(weights.begin(), weights.end()), 1.13e-6F, 1e-8F);
  EXPECT_EQ(weights[256 * 512 + 256], 10.0F);
}

}  // namespace
}  // namespace nnflow::predict
