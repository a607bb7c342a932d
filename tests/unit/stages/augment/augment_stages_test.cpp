// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "nnflow/nnunet/patch.hpp"
#include "nnflow/nnunet/plans.hpp"
#include "nnflow/testing.hpp"

namespace nnflow::augment {
namespace {

using nnunet::Patch;
using testing::StageRunner;

Patch make_patch(int dimension,
                 const imaging::Extent3& extent,
                 const imaging::Extent3& final_extent) {
  Patch patch;
  patch.case_id = "case_01";
  patch.dimension = dimension;
  patch.final_extent = final_extent;
  patch.resize(2, 1, extent);
  for (std::size_t i = 0; i < patch.image.size(); ++i) {
    patch.image[i] = static_cast<float>((i * 7919) % 101) * 0.01F;
  }
  for (std::size_t i = 0; i < patch.seg.size(); ++i) {
    patch.seg[i] = static_cast<std::int16_t>(static_cast<int>(i % 4) - 1);
  }
  return patch;
}

Patch cube() { return make_patch(3, {8, 9, 10}, {8, 9, 10}); }

Patch run(const std::string& stage,
          const std::string& params,
          Patch patch,
          const std::string& item = "a") {
  StageRunner runner(stage, params);
  runner.put("patch", std::move(patch)).item(item);
  return runner.run().get<Patch>("patch");
}

const std::vector<std::string>& random_stages() {
  static const std::vector<std::string> kStages{
      "augment.gaussian_noise", "augment.gaussian_blur",
      "augment.brightness",     "augment.contrast",
      "augment.gamma",          "augment.low_resolution",
      "augment.mirror",         "augment.brightness_shift",
      "augment.median_filter",  "augment.sharpen",
      "augment.local_gamma",    "augment.brightness_gradient"};
  return kStages;
}

std::string always(const std::string& stage) {
  static const std::set<std::string> kPartial{
      "augment.gaussian_blur",      "augment.low_resolution", "augment.brightness_shift",
      "augment.median_filter",      "augment.sharpen",        "augment.local_gamma",
      "augment.brightness_gradient"};
  return kPartial.contains(stage) ? "{probability: 1, channel_probability: 1}" : "{probability: 1}";
}

TEST(AugmentStages, AreTheIdentityWithProbabilityZero) {
  for (const std::string& stage : random_stages()) {
    const Patch out = run(stage, "{probability: 0}", cube());
    EXPECT_EQ(out.image, cube().image) << stage;
    EXPECT_EQ(out.seg, cube().seg) << stage;
  }
}

TEST(AugmentStages, ChangeTrainingPatchesWithProbabilityOne) {
  for (const std::string& stage : random_stages()) {
    EXPECT_NE(run(stage, always(stage), cube()).image, cube().image) << stage;
  }
}

TEST(AugmentStages, LeaveValidationPatchesAlone) {
  Patch patch = cube();
  patch.validation = true;
  for (const std::string& stage : random_stages()) {
    const Patch out = run(stage, always(stage), patch);
    EXPECT_EQ(out.image, patch.image) << stage;
    EXPECT_EQ(out.seg, patch.seg) << stage;
  }
  const Patch out =
      run("augment.spatial", "{rotation_probability: 1, scaling_probability: 1}", patch);
  EXPECT_EQ(out.image, patch.image);
  EXPECT_EQ(run("augment.mask_outside", "{channels: [0, 1]}", patch).image, patch.image);
}

TEST(AugmentStages, DrawFromSeedStageAndItemOnly) {
  for (const std::string& stage : random_stages()) {
    if (stage == "augment.mirror") continue;  // has few outcomes
    const Patch a = run(stage, always(stage), cube(), "a");
    EXPECT_EQ(run(stage, always(stage), cube(), "a").image, a.image) << stage;
    EXPECT_NE(run(stage, always(stage), cube(), "b").image, a.image) << stage;
  }
}

TEST(AugmentStages, ApplyWithTheirDefaultProbability) {
  const std::vector<std::pair<std::string, double>> shares{{"augment.gaussian_noise", 0.1},
                                                           {"augment.brightness", 0.15},
                                                           {"augment.contrast", 0.15},
                                                           {"augment.gamma", 0.3}};
  const Patch patch = make_patch(3, {2, 3, 4}, {2, 3, 4});
  for (const auto& [stage, share] : shares) {
    StageRunner runner(stage);
    int changed = 0;
    for (int i = 0; i < 1000; ++i) {
      runner.put("patch", patch).item("p" + std::to_string(i));
      changed += runner.run().get<Patch>("patch").image != patch.image ? 1 : 0;
    }
    EXPECT_NEAR(changed / 1000.0, share, 0.035) << stage;
  }
}

TEST(AugmentStages, TakeTurnsWhereTheyShareAChoice) {
  const auto params = [](const std::string& choice, const std::string& share) {
    return "{probability: 1, channel_probability: 1, choice: " + choice +
           ", choice_share: " + share + "}";
  };
  StageRunner first("augment.median_filter", params("a", "[0, 0.3]"), "one");
  StageRunner second("augment.gaussian_blur", params("a", "[0.3, 1]"), "two");
  StageRunner third("augment.contrast", params("b", "[0, 0.3]"), "three");
  const Patch patch = make_patch(3, {4, 5, 6}, {4, 5, 6});
  int of_first = 0;
  int of_both_choices = 0;
  for (int i = 0; i < 2000; ++i) {
    const auto changes = [&](StageRunner& runner) {
      runner.put("patch", patch).item("p" + std::to_string(i));
      return runner.run().get<Patch>("patch").image != patch.image;
    };
    const bool chosen = changes(first);
    ASSERT_NE(chosen, changes(second)) << i;
    of_first += chosen ? 1 : 0;
    of_both_choices += chosen && changes(third) ? 1 : 0;
  }
  EXPECT_NEAR(of_first / 2000.0, 0.3, 0.04);
  EXPECT_NEAR(of_both_choices / 2000.0, 0.09, 0.03);  // choices do not depend on each other
}

TEST(BlankRectanglesStage, SetsBoxesToTheirMean) {
  const Patch in = make_patch(3, {30, 30, 30}, {30, 30, 30});
  const Patch out = run("augment.blank_rectangles",
                        "{probability: 1, channel_probability: 1, count: [1, 1]}", in);
  for (std::int64_t c = 0; c < 2; ++c) {
    double sum = 0.0;
    std::set<float> values;
    std::size_t changed = 0;
    for (std::size_t i = 0; i < 27000; ++i) {
      sum += static_cast<double>(out.channel(c)[i]) - static_cast<double>(in.channel(c)[i]);
      if (out.channel(c)[i] == in.channel(c)[i]) continue;
      values.insert(out.channel(c)[i]);
      ++changed;
    }
    EXPECT_EQ(values.size(), 1U);
    EXPECT_GE(changed, 26U);
    EXPECT_LE(changed, 729U);
    EXPECT_NEAR(sum, 0.0, 1e-3);
  }
  EXPECT_EQ(out.seg, in.seg);
}

TEST(AxisStages, MoveImageAndLabelsTogether) {
  for (const std::string stage : {"augment.quarter_turns", "augment.transpose_axes"}) {
    Patch in = make_patch(3, {6, 6, 6}, {6, 6, 6});
    for (std::size_t i = 0; i < in.seg.size(); ++i) {
      in.seg[i] = static_cast<std::int16_t>(in.image[i] * 100.0F);
    }
    int changed = 0;
    for (int k = 0; k < 100; ++k) {
      const Patch out = run(stage, "{probability: 1}", in, "p" + std::to_string(k));
      changed += out.image != in.image ? 1 : 0;
      for (std::size_t i = 0; i < in.seg.size(); ++i) {
        ASSERT_EQ(out.seg[i], static_cast<std::int16_t>(out.image[i] * 100.0F));
      }
    }
    EXPECT_GT(changed, 60) << stage;
    EXPECT_LT(changed, 95) << stage;
    const Patch uneven = make_patch(3, {4, 5, 6}, {4, 5, 6});
    EXPECT_EQ(run(stage, "{probability: 1}", uneven).image, uneven.image) << stage;
    in.validation = true;
    EXPECT_EQ(run(stage, "{probability: 1}", in).image, in.image) << stage;
  }
}

TEST(AugmentStages, RefuseReversedRangesAndUnknownKeys) {
  EXPECT_THROW(StageRunner("augment.gaussian_blur", "{choice: a, choice_share: [0.5, 0.5]}"),
               Error);
  EXPECT_THROW(StageRunner("augment.median_filter", "{size_voxels: [5, 3]}"), Error);
  EXPECT_THROW(StageRunner("augment.median_filter", "{size_voxels: [3, 40]}"), Error);
  EXPECT_THROW(StageRunner("augment.blank_rectangles", "{count: [3, 1]}"), Error);
  EXPECT_THROW(StageRunner("augment.local_gamma", "{brighter: [0.8, 0.1]}"), Error);
  EXPECT_THROW(StageRunner("augment.gamma", "{gamma: [1.5, 0.7]}"), Error);
  EXPECT_THROW(StageRunner("augment.spatial", "{scaling: [1.4, 0.7]}"), Error);
  EXPECT_THROW(StageRunner("augment.spatial", "{rotation_degrees: [30, -30]}"), Error);
  EXPECT_THROW(StageRunner("augment.gaussian_noise", "{probability: 1.5}"), Error);
  EXPECT_THROW(StageRunner("augment.gaussian_blur", "{sigma: [0.5, 1]}"), Error);
}

TEST(SpatialStage, CutsToTheFinalSize) {
  const Patch out = run("augment.spatial", "{rotation_probability: 0, scaling_probability: 0}",
                        make_patch(3, {12, 13, 14}, {8, 8, 8}));
  EXPECT_EQ(out.extent, (imaging::Extent3{8, 8, 8}));
  EXPECT_EQ(out.image.size(), 2U * 512);
  EXPECT_EQ(out.image[0], make_patch(3, {12, 13, 14}, {8, 8, 8}).image[(2 * 13 + 2) * 14 + 3]);
  const Patch turned =
      run("augment.spatial", "{rotation_probability: 1}", make_patch(3, {12, 13, 14}, {8, 8, 8}));
  EXPECT_EQ(turned.seg.size(), 512U);
  EXPECT_NE(turned.image, out.image);
}

TEST(SpatialStage, RefusesToTurnWhatWasReadForACrop) {
  Patch patch = make_patch(3, {8, 8, 8}, {8, 8, 8});
  patch.cut = true;
  EXPECT_EQ(
      run("augment.spatial", "{rotation_probability: 0, scaling_probability: 0}", patch).image,
      patch.image);
  EXPECT_THROW(run("augment.spatial", "{rotation_probability: 1}", patch), Error);
}

TEST(SpatialStage, TurnsFlatAndThinPatchesInTheirPlane) {
  // A constant stack stays constant along z only if slices are kept.
  for (const int dimension : {2, 3}) {
    const std::int64_t depth = dimension == 2 ? 1 : 2;
    Patch patch = make_patch(dimension, {depth, 14, 14}, {depth, 9, 9});
    for (std::int64_t c = 0; c < 2; ++c) {
      auto channel = patch.channel(c);
      for (std::size_t i = 0; i < channel.size(); ++i) channel[i] = static_cast<float>(i / 196);
    }
    const Patch out =
        run("augment.spatial", "{rotation_probability: 1, rotation_degrees: [10, 20]}", patch);
    EXPECT_NEAR(out.image[4 * 9 + 4], 0.0F, 1e-6F);
    EXPECT_NEAR(out.image.at(static_cast<std::size_t>(depth - 1) * 81 + 4 * 9 + 4),
                static_cast<float>(depth - 1), 1e-6F);
  }
}

TEST(CenterCropStage, CutsEveryPatch) {
  Patch patch = make_patch(2, {1, 12, 13}, {1, 6, 6});
  patch.validation = true;
  EXPECT_EQ(run("augment.center_crop", "{}", patch).extent, (imaging::Extent3{1, 6, 6}));
}

TEST(MirrorStage, FlipsOnlyTheAxesGiven) {
  const Patch out = run("augment.mirror", "{probability: 1, axes: [2]}", cube());
  EXPECT_EQ(out.image[0], cube().image[9]);
  Patch slice = make_patch(2, {1, 4, 5}, {1, 4, 5});
  EXPECT_EQ(run("augment.mirror", "{probability: 1, axes: [0]}", slice).image[0], slice.image[15]);
  EXPECT_EQ(run("augment.mirror", "{probability: 1, axes: []}", slice).image, slice.image);
}

TEST(MaskOutsideStage, ZeroesPlannedChannelsOfTrainingPatches) {
  const Patch out = run("augment.mask_outside", "{channels: [1]}", cube());
  EXPECT_EQ(out.image[0], cube().image[0]);
  EXPECT_EQ(out.channel(1)[0], 0.0F);  // its label is -1
  EXPECT_EQ(out.channel(1)[1], cube().channel(1)[1]);
}

TEST(MaskOutsideStage, ReportsMissingChannelsAndPlans) {
  EXPECT_THROW(run("augment.mask_outside", "{channels: [2]}", cube()), Error);
  EXPECT_THROW(run("augment.mask_outside", "{}", cube()), Error);
}

TEST(RemoveLabelStage, TurnsOutsideIntoBackgroundInBothStreams) {
  for (const bool validation : {false, true}) {
    Patch patch = cube();
    patch.validation = validation;
    const Patch out = run("augment.remove_label", "{}", patch);
    EXPECT_EQ(*std::min_element(out.seg.begin(), out.seg.end()), 0);
    EXPECT_EQ(out.seg[2], patch.seg[2]);
  }
}

TEST(LowResolutionStage, KeepsTheSlicesOfThinPatches) {
  // Slices of constants survive only if nothing is mixed along z.
  Patch patch = make_patch(3, {2, 9, 9}, {2, 9, 9});
  for (std::size_t i = 0; i < patch.image.size(); ++i) patch.image[i] = static_cast<float>(i / 81);
  const Patch kept = run("augment.low_resolution",
                         "{probability: 1, channel_probability: 1, scale: [0.5, 0.5]}", patch);
  EXPECT_EQ(kept.image, patch.image);
  const Patch mixed =
      run("augment.low_resolution",
          "{probability: 1, channel_probability: 1, scale: [0.5, 0.5], dummy_2d: false}", patch);
  EXPECT_NE(mixed.image, patch.image);
}

}  // namespace
}  // namespace nnflow::augment
