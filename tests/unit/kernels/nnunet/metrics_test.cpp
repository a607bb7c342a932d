// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "nnflow/nnunet/metrics.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "expect_error.hpp"
#include "support/temp_dir.hpp"

namespace nnflow::nnunet {
namespace {

CaseMetrics make_case(const std::string& id,
                      const LabelMetrics& first,
                      const LabelMetrics& second) {
  return {id,
          id + ".nii.gz",
          "ref/" + id + ".nii.gz",
          {{{{1}, false}, first}, {{{1, 2}, true}, second}}};
}

TEST(LabelMetrics, FollowTheCounts) {
  const LabelMetrics counts{6, 2, 1, 10};
  EXPECT_DOUBLE_EQ(counts.dice(), 12.0 / 15.0);
  EXPECT_DOUBLE_EQ(counts.iou(), 6.0 / 9.0);
  EXPECT_EQ(counts.n_pred(), 8);
  EXPECT_EQ(counts.n_ref(), 7);
  EXPECT_TRUE(std::isnan(LabelMetrics{}.dice()));
  EXPECT_TRUE(std::isnan(LabelMetrics{}.iou()));
}

TEST(Summary, LeavesNanOutOfLabelsButNotOfTheForeground) {
  const Summary summary = summarise(
      {make_case("a", {1, 1, 0, 2}, {0, 0, 0, 4}), make_case("b", {0, 0, 0, 4}, {0, 0, 0, 4})});
  EXPECT_DOUBLE_EQ(summary.mean[0].second.dice, 2.0 / 3.0);
  EXPECT_DOUBLE_EQ(summary.mean[0].second.n_pred, 1.0);
  EXPECT_TRUE(std::isnan(summary.mean[1].second.dice));
  EXPECT_TRUE(std::isnan(summary.foreground_mean.dice));
  EXPECT_DOUBLE_EQ(summary.foreground_mean.tn, 3.5);
}

TEST(Summary, LeavesTheBackgroundOutOfTheForeground) {
  CaseMetrics one = make_case("a", {1, 0, 0, 3}, {0, 1, 1, 2});
  one.metrics[0].first = {{0}, false};
  EXPECT_DOUBLE_EQ(summarise({one}).foreground_mean.dice, 0.0);
}

TEST(Summary, SurvivesTheFile) {
  const Summary summary = summarise({make_case("a", {1, 1, 0, 2}, {0, 0, 0, 4})});
  const test::TempDir folder;
  summary.write(folder / "summary.json");
  const Summary read = Summary::read(folder / "summary.json");
  EXPECT_THAT(read.cases[0].metrics, testing::UnorderedElementsAreArray(summary.cases[0].metrics));
  EXPECT_EQ(read.cases[0].id, "a");
  const JsonStyle sorted{.indent = 4, .sort_keys = true};
  EXPECT_EQ(dump_json(read.to_json(), sorted), dump_json(summary.to_json(), sorted));
}

TEST(Summary, RefusesMixedLabels) {
  auto other = make_case("b", {}, {});
  other.metrics.pop_back();
  EXPECT_THROW(static_cast<void>(summarise({make_case("a", {}, {}), other})), Error);
  EXPECT_THROW(static_cast<void>(summarise({})), Error);
  EXPECT_THAT(message_of(ErrorCode::kInvalidData,
                         [] {
                           return Summary::from_json(
                               parse_json(R"({"mean": {"x": {}}, "metric_per_case": [3],
                                                  "foreground_mean": 1})",
                                          "t"),
                               "s.json");
                         }),
              testing::AllOf(testing::HasSubstr("s.json: key 'mean.x'"),
                             testing::HasSubstr("metric_per_case.0"),
                             testing::HasSubstr("foreground_mean")));
}

}  // namespace
}  // namespace nnflow::nnunet
