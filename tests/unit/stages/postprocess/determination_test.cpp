// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "postprocess/determination.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace nnflow::postprocess {
namespace {

using imaging::LabelMap;

LabelMap row(const std::vector<std::int16_t>& values) {
  LabelMap map({1, 1, static_cast<std::int64_t>(values.size())});
  std::ranges::copy(values, map.voxels().begin());
  return map;
}

nnunet::LabelManager labels(const char* text, const char* order = "null") {
  return nnunet::LabelManager::from_json(nnunet::parse_json(text, "test"),
                                         nnunet::parse_json(order, "test"), "test");
}

DeterminationResult decide(Determination& determination) {
  return determination.decide([](int, int) { return true; });
}

TEST(Determination, AcceptsNothingWhenNothingGetsBetter) {
  Determination determination(labels(R"({"background": 0, "a": 1})"));
  determination.add("x", row({0, 1, 1, 0}), row({0, 1, 1, 0}));
  const auto result = decide(determination);
  EXPECT_TRUE(result.steps.empty());
  EXPECT_EQ(result.to_json().at("postprocessing_fns").size(), 0U);
}

TEST(Determination, TreatsAllLabelsTogetherWhenNoneLoses) {
  Determination determination(labels(R"({"background": 0, "a": 1, "b": 2})"));
  determination.add("x", row({1, 1, 2, 0, 1, 0}), row({1, 1, 2, 0, 0, 0}));
  const auto result = decide(determination);
  ASSERT_EQ(result.steps.size(), 1U);
  EXPECT_TRUE(result.steps[0].is_list);
  EXPECT_EQ(result.steps[0].labels_or_regions.size(), 2U);
  EXPECT_GT(result.after.foreground_mean.dice, result.before.foreground_mean.dice);
  EXPECT_EQ(result.to_json().at("postprocessing_kwargs"),
            nnunet::parse_json(R"([{"labels_or_regions": [1, 2]}])", "test"));
}

TEST(Determination, TreatsOnlyTheLabelThatProfits) {
  Determination determination(labels(R"({"background": 0, "a": 1, "b": 2})"));
  // together, the second piece of b would go; alone, only the false voxel of a does
  determination.add("x", row({1, 1, 0, 1, 0, 2, 0, 2}), row({1, 1, 0, 0, 0, 2, 0, 2}));
  const auto result = decide(determination);
  ASSERT_EQ(result.steps.size(), 1U);
  EXPECT_FALSE(result.steps[0].is_list);
  EXPECT_EQ(result.to_json().at("postprocessing_kwargs"),
            nnunet::parse_json(R"([{"labels_or_regions": 1}])", "test"));
}

TEST(Determination, WritesRegionsAsLists) {
  Determination determination(
      labels(R"({"background": 0, "whole": [1, 2], "core": 2, "other": 3})", "[1, 2, 3]"));
  // together, a piece of other would go; alone, the false voxel of whole does
  determination.add("x", row({1, 2, 0, 1, 0, 3, 0, 3}), row({1, 2, 0, 0, 0, 3, 0, 3}));
  const auto result = decide(determination);
  ASSERT_EQ(result.steps.size(), 1U);
  EXPECT_FALSE(result.steps[0].is_list);
  EXPECT_EQ(result.to_json().at("postprocessing_kwargs"),
            nnunet::parse_json(R"([{"labels_or_regions": [1, 2]}])", "test"));
  EXPECT_EQ(result.before.mean.size(), 3U);
}

TEST(Determination, StopsWhenToldTo) {
  Determination determination(labels(R"({"background": 0, "a": 1})"));
  determination.add("x", row({1}), row({1}));
  EXPECT_THROW((void)determination.decide([](int, int) { return false; }), Error);
}

TEST(PackedPair, CountsLikeItsVoxels) {
  const std::vector<std::int16_t> prediction{0, 1, 1, 2, 2, -1};
  const std::vector<std::int16_t> reference{0, 1, 2, 2, 9, 1};
  const PackedPair pair(prediction, reference, {1, 2, 3});
  EXPECT_EQ(pair.prediction(), prediction);
  EXPECT_EQ(pair.reference(), reference);
  const std::vector<std::int64_t> members{1};
  EXPECT_EQ(pair.count(members, std::nullopt), (PairCounts{1, 1, 1, 3}));
  EXPECT_EQ(pair.count(members, 9), (PairCounts{1, 1, 1, 2}));
}

}  // namespace
}  // namespace nnflow::postprocess
