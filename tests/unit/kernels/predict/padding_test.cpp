// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "predict/kernels/padding.hpp"

#include <gtest/gtest.h>

#include <numeric>
#include <vector>

namespace nnflow::predict {
namespace {

using imaging::Box3;

TEST(PatchPadding, PutsTheOddVoxelAtTheEnd) {
  EXPECT_EQ(patch_padding({3, 34, 55}, {8, 40, 64}, false), (Box3{{2, 3, 4}, {5, 37, 59}}));
  EXPECT_EQ(patch_padding({10, 35, 70}, {12, 32, 71}, false), (Box3{{1, 0, 0}, {11, 35, 70}}));
}

TEST(PatchPadding, LeavesZAloneIn2D) {
  EXPECT_EQ(patch_padding({3, 34, 55}, {1, 40, 64}, true), (Box3{{0, 3, 4}, {3, 37, 59}}));
}

TEST(GatherTile, FillsVoxelsOutsideTheImageWithZero) {
  std::vector<float> image(2 * 4);
  std::iota(image.begin(), image.end(), 1.0F);
  std::vector<float> tile(2 * 9, -1.0F);
  gather_tile(image, {1, 2, 2}, {0, -1, 0}, {1, 3, 3}, 2, tile);
  EXPECT_EQ(tile, (std::vector<float>{0, 0, 0, 1, 2, 0, 3, 4, 0, 0, 0, 0, 5, 6, 0, 7, 8, 0}));
}

TEST(GatherTile, GivesZerosForATileBesideTheImage) {
  const std::vector<float> image(8, 1.0F);
  std::vector<float> tile(8, -1.0F);
  gather_tile(image, {2, 2, 2}, {0, 5, 0}, {2, 2, 2}, 1, tile);
  EXPECT_EQ(tile, std::vector<float>(8, 0.0F));
}

}  // namespace
}  // namespace nnflow::predict
