// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "predict/kernels/tile_grid.hpp"

#include <gtest/gtest.h>

#include <random>

namespace nnflow::predict {
namespace {

using Starts = std::vector<std::int64_t>;

TEST(TileStarts, MatchTheReferenceTable) {
  EXPECT_EQ(tile_starts(110, 64, 0.5), (Starts{0, 23, 46}));
  EXPECT_EQ(tile_starts(128, 128, 0.5), (Starts{0}));
  EXPECT_EQ(tile_starts(129, 128, 0.5), (Starts{0, 1}));
  EXPECT_EQ(tile_starts(200, 128, 0.5), (Starts{0, 36, 72}));
  EXPECT_EQ(tile_starts(512, 160, 0.5), (Starts{0, 70, 141, 211, 282, 352}));
  EXPECT_EQ(tile_starts(97, 64, 0.5), (Starts{0, 16, 33}));
  EXPECT_EQ(tile_starts(45, 20, 0.5), (Starts{0, 8, 17, 25}));
  EXPECT_EQ(tile_starts(110, 64, 1.0), (Starts{0, 46}));
  EXPECT_EQ(tile_starts(110, 64, 0.3), (Starts{0, 15, 31, 46}));
}

TEST(TileStarts, RefuseImagesSmallerThanThePatchAndBadSteps) {
  EXPECT_THROW((void)tile_starts(10, 11, 0.5), std::invalid_argument);
  EXPECT_THROW((void)tile_starts(10, 5, 0.0), std::invalid_argument);
  EXPECT_THROW((void)tile_starts(10, 5, 1.5), std::invalid_argument);
}

TEST(TileStarts, CoverEveryVoxelWithoutExceedingTheImage) {
  std::mt19937 random(7);
  for (int round = 0; round < 500; ++round) {
    const std::int64_t patch = 1 + static_cast<std::int64_t>(random() % 40);
    const std::int64_t image = patch + static_cast<std::int64_t>(random() % 200);
    const double step = static_cast<double>(1 + random() % 100) / 100.0;
    const auto starts = tile_starts(image, patch, step);
    ASSERT_EQ(starts.front(), 0);
    ASSERT_EQ(starts.back() + patch, image);
    for (std::size_t i = 1; i < starts.size(); ++i) {
      ASSERT_LE(starts[i] - starts[i - 1], patch) << image << ' ' << patch << ' ' << step;
    }
  }
}

TEST(TileGrid, RunsThroughXFastest) {
  const auto tiles = tile_grid({4, 6, 8}, {4, 4, 4}, 0.5, false);
  ASSERT_EQ(tiles.size(), 6U);
  EXPECT_EQ(tiles[1], (imaging::Extent3{0, 0, 2}));
  EXPECT_EQ(tiles[3], (imaging::Extent3{0, 2, 0}));
}

TEST(TileGrid, VisitsEverySliceOnceIn2D) {
  const auto tiles = tile_grid({3, 4, 6}, {1, 4, 4}, 0.5, true);
  ASSERT_EQ(tiles.size(), 6U);
  EXPECT_EQ(tiles[2], (imaging::Extent3{1, 0, 0}));
}

TEST(TileGrid, TreatsShortAxesAsPaddedToThePatch) {
  EXPECT_EQ(tile_grid({2, 3, 4}, {4, 4, 4}, 0.5, false).size(), 1U);
}

}  // namespace
}  // namespace nnflow::predict
