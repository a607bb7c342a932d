// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <vector>

#include "augment/kernels/target/downsample.hpp"
#include "augment/kernels/target/masking.hpp"
#include "augment/kernels/target/regions.hpp"

namespace nnflow::augment {
namespace {

using Labels = std::vector<std::int16_t>;

TEST(Masking, ZeroesTheChosenChannelsOutside) {
  std::vector<float> image{1, 2, 3, 4, 5, 6};
  mask_outside(std::vector<std::int64_t>{1}, Labels{-1, 0, 2}, image);
  EXPECT_EQ(image, (std::vector<float>{1, 2, 3, 0, 5, 6}));
}

TEST(Masking, ReplacesOneLabel) {
  Labels label{-1, 3, -1, 0};
  replace_label(-1, 0, label);
  EXPECT_EQ(label, (Labels{0, 3, 0, 0}));
}

TEST(DeepSupervision, FactorTwoPicksTheOddVoxels) {
  EXPECT_EQ(nearest_exact_indices(8, 4), (std::vector<std::int64_t>{1, 3, 5, 7}));
  EXPECT_EQ(nearest_exact_indices(5, 5), (std::vector<std::int64_t>{0, 1, 2, 3, 4}));
  EXPECT_EQ(nearest_exact_indices(7, 4), (std::vector<std::int64_t>{0, 2, 4, 6}));
  const Labels in{0, 1, 2, 3, 4, 5, 6, 7};
  Labels out(2);
  downsample_nearest<std::int16_t>(in, {1, 2, 4}, out, {1, 1, 2});
  EXPECT_EQ(out, (Labels{5, 7}));
}

TEST(DeepSupervision, ScalesFollowTheCumulativeStrides) {
  const std::vector<std::array<std::int64_t, 3>> strides{
      {1, 1, 1}, {1, 2, 2}, {2, 2, 2}, {2, 2, 2}};
  const auto scales = deep_supervision_scales(strides);
  ASSERT_EQ(scales.size(), 3U);
  EXPECT_EQ(scales[0], (std::array<double, 3>{1, 1, 1}));
  EXPECT_EQ(scales[2], (std::array<double, 3>{0.5, 0.25, 0.25}));
  EXPECT_EQ(scaled_extent({20, 48, 40}, scales[2]), (imaging::Extent3{10, 12, 10}));
  EXPECT_EQ(scaled_extent({1, 5, 7}, {0.5, 0.5, 0.5}), (imaging::Extent3{1, 2, 4}));
}

TEST(Regions, MarkMembersAndTheIgnoreLabelLast) {
  const std::vector<Labels> regions{{1, 2}, {2}};
  std::vector<std::uint8_t> out(12);
  labels_to_regions(regions, std::int16_t{3}, Labels{0, 1, 2, 3}, out);
  EXPECT_EQ(out, (std::vector<std::uint8_t>{0, 1, 1, 0, 0, 0, 1, 0, 0, 0, 0, 1}));
}

}  // namespace
}  // namespace nnflow::augment
