// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "nnflow/nnunet/labels.hpp"

#include <gtest/gtest.h>

#include "expect_error.hpp"

namespace nnflow::nnunet {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

LabelManager make(const char* labels, const char* order = "null", bool use_labels = false) {
  return LabelManager::from_json(parse_json(labels, "t"), parse_json(order, "t"), "dataset.json",
                                 use_labels);
}

std::vector<std::string> findings(const char* labels, const char* order = "null") {
  return LabelManager::findings(parse_json(labels, "t"), parse_json(order, "t"));
}

TEST(LabelManager, ReadsPlainLabelsWithIgnore) {
  const auto manager = make(R"({"background": 0, "a": 1, "b": 2, "ignore": 3})");
  EXPECT_FALSE(manager.has_regions());
  EXPECT_EQ(manager.num_segmentation_heads(), 3);
  EXPECT_EQ(manager.ignore_label(), 3);
  EXPECT_THAT(manager.all_labels(), ElementsAre(0, 1, 2));
  EXPECT_THAT(manager.foreground_labels(), ElementsAre(1, 2));
  ASSERT_EQ(manager.class_location_keys().size(), 3U);
  EXPECT_EQ(manager.class_location_keys()[2].text(), "(-1, 0, 1, 2)");
  EXPECT_TRUE(manager.is_declared(3));
  EXPECT_FALSE(manager.is_declared(4));
  EXPECT_FALSE(manager.is_declared(-1));
}

TEST(LabelManager, ReadsRegionsInFileOrder) {
  const auto manager =
      make(R"({"background": 0, "whole": [1, 2, 3], "core": [2, 3], "enh": 3})", "[1, 2, 3]");
  EXPECT_TRUE(manager.has_regions());
  EXPECT_EQ(manager.num_segmentation_heads(), 3);
  ASSERT_EQ(manager.foreground_regions().size(), 3U);
  EXPECT_EQ(manager.foreground_regions()[0].text(), "(1, 2, 3)");
  EXPECT_EQ(manager.foreground_regions()[1].text(), "(2, 3)");
  EXPECT_EQ(manager.foreground_regions()[2].text(), "3");
  EXPECT_THAT(manager.regions_class_order(), ElementsAre(1, 2, 3));
  EXPECT_EQ(manager.evaluated(), manager.foreground_regions());
}

TEST(LabelManager, TreatsListsOfOneAsPlainLabels) {
  const auto manager = make(R"({"background": 0, "a": [1], "b": [2]})");
  EXPECT_FALSE(manager.has_regions());
  EXPECT_EQ(manager.num_segmentation_heads(), 3);
}

TEST(LabelManager, KeepsAListOfOneInARegionDataSet) {
  const auto manager =
      make(R"({"background": 0, "a": [1, 2], "zero": [0, 0], "b": [2]})", "[1, 2]");
  ASSERT_EQ(manager.foreground_regions().size(), 2U);
  EXPECT_EQ(manager.foreground_regions()[1].text(), "(2,)");
}

TEST(LabelManager, SwitchesRegionsOff) {
  const auto manager = make(R"({"background": 0, "a": [1, 2], "b": 2})", "null", true);
  EXPECT_FALSE(manager.has_regions());
  EXPECT_EQ(manager.num_segmentation_heads(), 3);
}

TEST(LabelManager, ReportsEveryMistake) {
  EXPECT_THAT(findings(R"({"a": 1})"), ElementsAre(HasSubstr("labels.background")));
  EXPECT_THAT(findings(R"({"background": [0], "a": 1})"), ElementsAre(HasSubstr("[0]")));
  EXPECT_THAT(findings(R"({"background": 1, "a": 0})"), ElementsAre(HasSubstr("expected 0")));
  EXPECT_THAT(findings(R"({"background": 0, "a": 1, "ignore": 5})"),
              ElementsAre(HasSubstr("expected 2")));
  EXPECT_THAT(findings(R"({"background": 0, "a": 1, "ignore": [2]})"),
              ElementsAre(HasSubstr("labels.ignore")));
  EXPECT_THAT(findings(R"({"background": 0, "a": 1, "b": [1, 2]})"),
              ElementsAre(HasSubstr("regions_class_order")));
  EXPECT_THAT(findings(R"({"background": 0, "b": [1, 2]})", "[1, 2]"),
              ElementsAre(HasSubstr("1 labels")));
  EXPECT_THAT(findings("[]"), ElementsAre(HasSubstr("labels")));
  EXPECT_THAT(
      findings(R"({"background": "0", "a": -1, "b": [], "c": "x", "d": 99999, "e": [1, null]})"),
      testing::SizeIs(6));
  EXPECT_THAT(findings(R"({"background": 0, "a": 1.0})"), IsEmpty());
}

TEST(LabelManager, NamesTheFileInErrors) {
  EXPECT_THAT(
      message_of(ErrorCode::kInvalidData, [] { return make(R"({"background": 2, "a": "x"})"); }),
      testing::AllOf(HasSubstr("dataset.json: key 'labels.background' is 2"),
                     HasSubstr("\ndataset.json: key 'labels.a' is \"x\"")));
}

TEST(LabelOrRegion, ParsesItsText) {
  for (const char* const text : {"1", "(1, 2, 3)", "(3,)", "-1", "()"}) {
    const auto parsed = LabelOrRegion::parse(text);
    ASSERT_TRUE(parsed) << text;
    EXPECT_EQ(parsed->text(), text);
  }
  for (const char* const text : {"", "a", "(", "(1", "1)", "(a)", "1.5", "(1,,2)"}) {
    EXPECT_FALSE(LabelOrRegion::parse(text)) << text;
  }
}

}  // namespace
}  // namespace nnflow::nnunet
