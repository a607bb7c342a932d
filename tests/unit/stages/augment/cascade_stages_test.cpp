// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// The stages that take up a previous stage's labels.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "nnflow/nnunet/dataset.hpp"
#include "nnflow/nnunet/patch.hpp"
#include "nnflow/testing.hpp"

namespace nnflow::augment {
namespace {

using nnunet::Patch;
using testing::StageRunner;

constexpr imaging::Extent3 kExtent{12, 12, 12};

nnunet::DatasetDescription dataset() {
  nnunet::DatasetJsonFields fields;
  fields.channel_names = {"MRI"};
  fields.labels = {{"background", {{0}, false}}, {"a", {{1}, false}}, {"b", {{3}, false}}};
  fields.num_training = 2;
  fields.file_ending = ".nii.gz";
  return nnunet::DatasetDescription::from_json(nnunet::make_dataset_json(fields), {}, "test");
}

/// One channel, labels, and of a cascade a cube of each label in the previous stage's.
Patch patch(std::int64_t seg_channels) {
  Patch patch;
  patch.case_id = "case_01";
  patch.final_extent = kExtent;
  patch.resize(1, seg_channels, kExtent);
  for (std::size_t i = 0; i < patch.image.size(); ++i) patch.image[i] = static_cast<float>(i);
  std::ranges::fill(patch.seg_channel(0), std::int16_t{2});
  if (seg_channels == 1) return patch;
  for (std::int64_t z = 0; z < 12; ++z) {
    for (std::int64_t y = 0; y < 12; ++y) {
      for (std::int64_t x = 0; x < 12; ++x) {
        std::int16_t label = z == 11 ? std::int16_t{-1} : std::int16_t{0};
        if (z < 4 && y < 4 && x < 4) label = 1;
        if (z < 4 && y < 4 && x >= 4 && x < 8) label = 3;
        patch.seg_channel(1)[static_cast<std::size_t>(imaging::linear_index(kExtent, z, y, x))] =
            label;
      }
    }
  }
  return patch;
}

Patch with_labels(Patch value) {
  StageRunner runner("augment.previous_labels");
  runner.put("patch", std::move(value)).put("dataset", dataset());
  return runner.run().get<Patch>("patch");
}

Patch run(StageRunner& runner, Patch value, const std::string& item) {
  runner.put("patch", std::move(value)).item(item);
  return runner.run().get<Patch>("patch");
}

std::int64_t ones(const Patch& patch, std::int64_t channel) {
  return std::ranges::count(patch.channel(channel), 1.0F);
}

const std::vector<std::string>& random_stages() {
  static const std::vector<std::string> kStages{"augment.binary_operators",
                                                "augment.remove_component"};
  return kStages;
}

TEST(PreviousLabels, BecomeTheLastChannelsOfTheImage) {
  for (const bool validation : {false, true}) {
    Patch before = patch(2);
    before.validation = validation;
    const Patch after = with_labels(before);
    EXPECT_EQ(after.channels, 3);
    EXPECT_EQ(after.label_channels, 2);
    EXPECT_EQ(after.seg_channels, 1);
    EXPECT_TRUE(std::ranges::equal(after.channel(0), std::as_const(before).channel(0)));
    for (std::int64_t c = 0; c < 2; ++c) {
      const auto labels = std::as_const(before).seg_channel(1);
      for (std::size_t i = 0; i < labels.size(); ++i) {
        ASSERT_EQ(after.channel(1 + c)[i], labels[i] == (c == 0 ? 1 : 3) ? 1.0F : 0.0F);
      }
    }
    EXPECT_EQ(after.seg.size(), 12U * 12U * 12U);
    EXPECT_EQ(std::ranges::count(after.seg, std::int16_t{2}), 12 * 12 * 12);
  }
}

TEST(PreviousLabels, ArePassedByWithoutAPreviousStage) {
  const Patch before = patch(1);
  Patch after = with_labels(before);
  for (const std::string& stage : random_stages()) {
    StageRunner runner(stage, "{probability: 1, channel_probability: 1}");
    after = run(runner, std::move(after), "a");
  }
  EXPECT_EQ(after.image, before.image);
  EXPECT_EQ(after.seg, before.seg);
  EXPECT_EQ(after.channels, 1);
}

TEST(CascadeStages, LeaveTheImageTheTargetsAndValidationPatchesAlone) {
  for (const std::string& stage : random_stages()) {
    StageRunner runner(stage, "{probability: 1, channel_probability: 1}");
    const Patch before = with_labels(patch(2));
    Patch validation = before;
    validation.validation = true;
    bool changed = false;
    for (const std::string item :
         {"a", "b", "c", "d", "e", "f"}) {  // some operators change nothing
      const Patch after = run(runner, before, item);
      changed = changed || after.image != before.image;
      EXPECT_TRUE(std::ranges::equal(after.channel(0), before.channel(0))) << stage;
      EXPECT_EQ(after.seg, before.seg) << stage;
      EXPECT_EQ(run(runner, before, item).image, after.image) << stage << ": same item, same draws";
      EXPECT_EQ(run(runner, validation, item).image, before.image) << stage;
    }
    EXPECT_TRUE(changed) << stage;
  }
}

TEST(CascadeStages, ApplyWithTheirDefaultProbability) {
  const Patch before = with_labels(patch(2));
  // A component of each label is removed; half the patches draw neither, one or both labels.
  for (const auto& [stage, share] : {std::pair{"augment.binary_operators", 0.4 * 0.75},
                                     std::pair{"augment.remove_component", 0.2 * 0.75}}) {
    StageRunner runner(stage);
    int changed = 0;
    for (int i = 0; i < 1000; ++i) {
      changed += run(runner, before, "p" + std::to_string(i)).image != before.image ? 1 : 0;
    }
    // Closing a convex cube, and opening with a small ball, may change nothing.
    const double slack = std::string(stage) == "augment.binary_operators" ? 0.12 : 0.035;
    EXPECT_NEAR(changed / 1000.0, share, slack) << stage;
  }
}

TEST(BinaryOperators, TakeWhatALabelGainsFromTheOthers) {
  StageRunner runner("augment.binary_operators",
                     "{probability: 1, channel_probability: 1, radius: [2, 2]}");
  const Patch before = with_labels(patch(2));
  int grown = 0;
  for (int i = 0; i < 64; ++i) {
    const Patch after = run(runner, before, "p" + std::to_string(i));
    for (std::size_t v = 0; v < after.channel(0).size(); ++v) {
      ASSERT_LE(after.channel(1)[v] + after.channel(2)[v], 1.0F);
    }
    grown += ones(after, 1) > 64 || ones(after, 2) > 64 ? 1 : 0;
  }
  EXPECT_GT(grown, 10);
  EXPECT_LT(grown, 60);
}

TEST(RemoveComponent, SparesLargeComponents) {
  const Patch before = with_labels(patch(2));
  const double cube = 64.0 / (12.0 * 12.0 * 12.0);
  for (const auto& [share, left] : {std::pair{cube * 0.99, 64}, {cube * 1.01, 0}}) {
    StageRunner runner(
        "augment.remove_component",
        "{probability: 1, channel_probability: 1, largest_share: " + std::to_string(share) + "}");
    const Patch after = run(runner, before, "a");
    EXPECT_EQ(ones(after, 1), left) << share;
    EXPECT_EQ(ones(after, 2), left) << share;
  }
}

TEST(CascadeStages, RefuseReversedRanges) {
  EXPECT_THROW(StageRunner("augment.binary_operators", "{radius: [8, 1]}"), Error);
  EXPECT_THROW(StageRunner("augment.binary_operators", "{radius: [0, 1]}"), Error);
  EXPECT_THROW(StageRunner("augment.remove_component", "{largest_share: 2}"), Error);
}

}  // namespace
}  // namespace nnflow::augment
