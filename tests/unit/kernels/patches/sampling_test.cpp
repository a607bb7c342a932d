// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "patches/kernels/sampling.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <vector>

#include "nnflow/nnunet/augmentation_rule.hpp"
#include "nnflow/rng.hpp"
#include "patches/kernels/ordinals.hpp"

namespace nnflow::patches {
namespace {

using imaging::Box3;
using imaging::Extent3;
using Voxels = std::vector<std::array<std::int32_t, 3>>;

// Tables of nnunet-training 2.3 and 2.4.
TEST(ForcedForeground, CountsMatchTheReference) {
  const std::map<std::int64_t, int> expected{
      {2, 1},  {3, 1},  {4, 1},  {5, 2},  {6, 2},  {7, 2},  {8, 3},   {9, 3},   {10, 3},
      {11, 4}, {12, 4}, {13, 4}, {16, 5}, {20, 7}, {24, 8}, {32, 11}, {50, 16}, {64, 21}};
  for (const auto& [batch, forced] : expected) {
    int count = 0;
    for (std::int64_t j = 0; j < batch; ++j) count += forces_foreground(j, batch, 0.33) ? 1 : 0;
    EXPECT_EQ(count, forced) << batch;
    EXPECT_TRUE(forces_foreground(batch - 1, batch, 0.33));
    EXPECT_FALSE(forces_foreground(0, batch, 0.33));
  }
}

TEST(ForcedForeground, IsDrawnWithTheShareOfTheRule) {
  Rng rng(1, "forced", "");
  const auto share = [&](ForegroundRule rule, std::int64_t batch) {
    int count = 0;
    for (int i = 0; i < 20000; ++i) count += draw_forced(rng, rule, i % batch, batch, 0.33) ? 1 : 0;
    return count / 20000.0;
  };
  EXPECT_EQ(share(ForegroundRule::kLast, 2), 0.5);
  EXPECT_NEAR(share(ForegroundRule::kDrawn, 2), 0.33, 0.01);
  EXPECT_NEAR(share(ForegroundRule::kDrawnAsLast, 2), 0.5, 0.01);
  EXPECT_NEAR(share(ForegroundRule::kDrawnAsLast, 7), 2.0 / 7, 0.01);
}

TEST(InitialPatch, SizesMatchTheReference) {
  const std::vector<std::pair<Extent3, Extent3>> volumes{
      {{128, 128, 128}, {205, 205, 205}}, {{20, 256, 256}, {20, 301, 301}},
      {{96, 160, 160}, {191, 257, 219}},  {{16, 320, 320}, {16, 376, 376}},
      {{160, 128, 112}, {238, 196, 208}}, {{64, 192, 160}, {178, 289, 200}},
      {{40, 56, 40}, {73, 80, 64}},       {{112, 160, 128}, {208, 238, 196}}};
  for (const auto& [patch, initial] : volumes) {
    EXPECT_EQ(nnunet::initial_patch_extent(patch, 3), initial) << patch[0];
  }
  const std::vector<std::pair<Extent3, Extent3>> slices{{{1, 512, 512}, {1, 602, 602}},
                                                        {{1, 512, 320}, {1, 679, 376}},
                                                        {{1, 40, 56}, {1, 65, 65}},
                                                        {{1, 448, 576}, {1, 677, 677}}};
  for (const auto& [patch, initial] : slices) {
    EXPECT_EQ(nnunet::initial_patch_extent(patch, 2), initial) << patch[1];
  }
}

TEST(StartRange, CoversTheImageWithHalfTheNeedOutside) {
  const StartRange range = start_range({100, 30, 10}, {41, 40, 40}, {30, 30, 30});
  EXPECT_EQ(range.first, (Extent3{-6, -5, -15}));
  EXPECT_EQ(range.last, (Extent3{100 + 6 - 41, 30 + 5 - 40, 10 + 15 - 40}));
}

TEST(DrawBox, IsUniformOverAllStartsWhenNothingIsForced) {
  Rng rng(11);
  std::map<std::int64_t, int> starts;
  for (int i = 0; i < 14000; ++i) {
    const Box3 box = draw_box(rng, {10, 10, 10}, {6, 6, 6}, {4, 4, 4}, false, {});
    ++starts[box.lower[1]];
    EXPECT_EQ(box.extent(), (Extent3{6, 6, 6}));
  }
  ASSERT_EQ(starts.size(), 7U);
  EXPECT_EQ(starts.begin()->first, -1);
  EXPECT_EQ(starts.rbegin()->first, 5);
  for (const auto& [start, count] : starts) EXPECT_NEAR(count, 2000, 200) << start;
}

TEST(DrawBox, PutsTheForcedVoxelAtTheCentreAndLetsTheUpperEndOverhang) {
  Rng rng(12);
  const Voxels far{{9, 9, 0}};
  const std::vector<ClassVoxels> classes{{far, false}};
  const Box3 box = draw_box(rng, {10, 10, 10}, {6, 6, 6}, {4, 4, 4}, true, classes);
  EXPECT_EQ(box.lower, (Extent3{6, 6, -1}));  // the last axis is held by its lower bound
  EXPECT_EQ(box.upper, (Extent3{12, 12, 5}));
}

TEST(DrawBox, ChoosesClassesNotVoxels) {
  Rng rng(13);
  const Voxels many(1000, {5, 5, 5});
  const Voxels few{{2, 2, 2}};
  const Voxels none;
  const Voxels everything{{0, 0, 0}};
  const std::vector<ClassVoxels> classes{
      {many, false}, {none, false}, {few, false}, {everything, true}};
  std::map<std::size_t, int> hits;
  for (int i = 0; i < 4000; ++i) ++hits[*draw_class(rng, classes)];
  ASSERT_EQ(hits.size(), 2U);
  EXPECT_NEAR(hits[0], 2000, 150);
  EXPECT_NEAR(hits[2], 2000, 150);
}

TEST(DrawBox, FallsBackToTheAnnotatedKeyThenToARandomBox) {
  Rng rng(14);
  const Voxels annotated{{7, 7, 7}};
  const Voxels none;
  const std::vector<ClassVoxels> alone{{none, false}, {annotated, true}};
  EXPECT_EQ(draw_class(rng, alone), std::optional<std::size_t>(1));
  EXPECT_EQ(draw_class(rng, std::vector<ClassVoxels>{{none, false}}), std::nullopt);
  // Unforced patches of data sets with an ignore label show annotated voxels.
  const Box3 box = draw_box(rng, {10, 10, 10}, {4, 4, 4}, {4, 4, 4}, false, alone);
  EXPECT_EQ(box.lower, (Extent3{5, 5, 5}));
  std::set<std::int64_t> starts;
  const std::vector<ClassVoxels> empty{{none, true}};
  for (int i = 0; i < 200; ++i) {
    starts.insert(draw_box(rng, {10, 10, 10}, {4, 4, 4}, {4, 4, 4}, false, empty).lower[0]);
  }
  EXPECT_EQ(starts.size(), 7U);
}

TEST(DrawBox, StaysWithinItsBoundsForAllShapes) {
  Rng rng(15);
  for (int trial = 0; trial < 2000; ++trial) {
    Extent3 shape;
    Extent3 initial;
    Extent3 final_extent;
    for (std::size_t a = 0; a < 3; ++a) {
      shape[a] = 1 + static_cast<std::int64_t>(rng.integer(30));
      final_extent[a] = 1 + static_cast<std::int64_t>(rng.integer(20));
      initial[a] = final_extent[a] + static_cast<std::int64_t>(rng.integer(10));
    }
    const Voxels voxels{
        {static_cast<std::int32_t>(rng.integer(static_cast<std::uint64_t>(shape[0]))), 0, 0}};
    const std::vector<ClassVoxels> classes{{voxels, false}};
    const bool forced = rng.chance(0.5);
    const Box3 box = draw_box(rng, shape, initial, final_extent, forced, classes);
    for (std::size_t a = 0; a < 3; ++a) {
      EXPECT_LT(box.lower[a], shape[a]);  // shows some image on every axis
      EXPECT_GT(box.upper[a], 0);
    }
    if (forced) {
      EXPECT_LE(box.lower[0], voxels[0][0]);
      EXPECT_GT(box.upper[0], voxels[0][0]);
    }
  }
}

TEST(PatchNumbering, NumbersBothStreamsWithoutGapsAndFindsAnyPlace) {
  PatchNumbering train{3, 2, 4, false};
  PatchNumbering val{3, 2, 4, true};
  std::map<std::int64_t, std::pair<bool, std::int64_t>> seen;
  for (std::int64_t i = 0; i < 2 * train.per_epoch(); ++i) {
    seen[train.ordinal(train.place(i))] = {false, i};
  }
  for (std::int64_t i = 0; i < 2 * val.per_epoch(); ++i)
    seen[val.ordinal(val.place(i))] = {true, i};
  ASSERT_EQ(seen.size(), 40U);
  EXPECT_EQ(seen.rbegin()->first, 39);
  for (std::int64_t ordinal = 0; ordinal < 40; ++ordinal) {
    for (const PatchNumbering& stream : {train, val}) {
      const std::int64_t index = stream.index_from(ordinal);
      EXPECT_GE(stream.ordinal(stream.place(index)), ordinal);
      if (index > 0) {
        EXPECT_LT(stream.ordinal(stream.place(index - 1)), ordinal);
      }
    }
  }
}

}  // namespace
}  // namespace nnflow::patches
