// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <nnflow/imaging/volume.hpp>
#include <nnflow/nnunet/dataset.hpp>
#include <nnflow/nnunet/metrics.hpp>
#include <nnflow/testing.hpp>

#include "support/shared.hpp"
#include "support/temp_dir.hpp"

namespace nnflow {
namespace {

using imaging::LabelMap;
using nnunet::CaseMetrics;
using testing::StageRunner;

nnunet::DatasetDescription dataset(const std::string& labels) {
  return nnunet::DatasetDescription::from_json(
      nnunet::parse_json(
          R"({"channel_names": {"0": "CT"}, "numTraining": 1, "file_ending": ".nii.gz", )" +
              labels + "}",
          "test"),
      {}, "test");
}

LabelMap row(const std::vector<std::int16_t>& values) {
  LabelMap map({1, 1, static_cast<std::int64_t>(values.size())});
  std::ranges::copy(values, map.voxels().begin());
  return map;
}

CaseMetrics compare(const nnunet::DatasetDescription& data,
                    const std::vector<std::int16_t>& prediction,
                    const std::vector<std::int16_t>& reference,
                    const std::string& item = "case_1") {
  StageRunner runner("evaluate.case");
  runner.item(item)
      .put("dataset", data)
      .put("prediction", row(prediction))
      .put("reference", row(reference));
  return runner.run().get<CaseMetrics>("metrics");
}

const std::string kTwoLabels = R"("labels": {"background": 0, "a": 1, "b": 2})";

TEST(EvaluateCase, CountsEveryForegroundLabel) {
  const auto metrics = compare(dataset(kTwoLabels), {0, 1, 1, 2}, {0, 1, 2, 2});
  EXPECT_EQ(metrics.id, "case_1");
  ASSERT_EQ(metrics.metrics.size(), 2U);
  EXPECT_EQ(metrics.metrics[0].second, (nnunet::LabelMetrics{1, 1, 0, 2}));
  EXPECT_EQ(metrics.metrics[1].second, (nnunet::LabelMetrics{1, 0, 1, 2}));
}

TEST(EvaluateCase, CountsRegionsAndLeavesOutIgnoredVoxels) {
  const auto data = dataset(
      R"("labels": {"background": 0, "whole": [1, 2], "core": 2, "ignore": 3}, "regions_class_order": [1, 2])");
  const auto metrics = compare(data, {1, 2, 1, 1}, {2, 2, 0, 3});
  ASSERT_EQ(metrics.metrics.size(), 2U);
  EXPECT_EQ(metrics.metrics[0].first.text(), "(1, 2)");
  EXPECT_EQ(metrics.metrics[0].second, (nnunet::LabelMetrics{2, 1, 0, 0}));
  EXPECT_EQ(metrics.metrics[1].second, (nnunet::LabelMetrics{1, 0, 1, 1}));
}

TEST(EvaluateCase, TakesLabelsByTheirNumbers) {
  StageRunner runner("evaluate.case", "labels: [2, 0, 2]\nignore_label: 5");
  const auto out =
      runner.put("prediction", row({0, 2, 2, 0})).put("reference", row({0, 2, 1, 5})).run();
  const auto& metrics = out.get<CaseMetrics>("metrics").metrics;
  ASSERT_EQ(metrics.size(), 2U);
  EXPECT_EQ(metrics[0].first.text(), "2");
  EXPECT_EQ(metrics[0].second, (nnunet::LabelMetrics{1, 1, 0, 1}));
  EXPECT_EQ(metrics[1].second, (nnunet::LabelMetrics{1, 0, 0, 2}));
  StageRunner none("evaluate.case");
  none.put("prediction", row({0})).put("reference", row({0}));
  EXPECT_THROW(none.run(), Error);
  EXPECT_THROW(StageRunner("evaluate.case", "ignore_label: 5"), Error);
}

TEST(EvaluateCase, RefusesDifferentShapes) {
  try {
    compare(dataset(kTwoLabels), {0, 1}, {0, 1, 2});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kInvalidData);
    EXPECT_STREQ(error.what(),
                 "the prediction has 1 x 1 x 2 voxels (z, y, x), its reference 1 x 1 x 3; expected "
                 "the same shape");
  }
}

TEST(EvaluateSummary, AveragesOverCasesAndWritesTheFile) {
  const test::TempDir folder;
  StageRunner runner("evaluate.summary", "out: " + (folder / "sub/summary.json").string());
  const auto data = dataset(kTwoLabels);
  runner.put("metrics", compare(data, {1, 1}, {1, 1})).run();
  runner.put("metrics", compare(data, {1, 0}, {0, 1}, "case_2")).run();
  const auto out = runner.finish();
  const auto& summary = out.get<nnunet::Summary>("summary");
  EXPECT_EQ(summary.mean[0].second.dice, 0.5);
  EXPECT_TRUE(std::isnan(summary.mean[1].second.dice));
  EXPECT_TRUE(std::isnan(summary.foreground_mean.dice));
  EXPECT_NE(test::read_file(folder / "sub/summary.json").find("\"Dice\": NaN"), std::string::npos);
}

TEST(EvaluateSummary, CanLeaveAFileAlone) {
  const test::TempDir folder;
  const std::string file = (folder / "summary.json").string();
  const auto write = [&] {
    StageRunner runner("evaluate.summary", "overwrite: false\nout: " + file);
    runner.put("metrics", compare(dataset(kTwoLabels), {1, 2}, {1, 2})).run();
    EXPECT_EQ(runner.finish().get<nnunet::Summary>("summary").foreground_mean.dice, 1.0);
  };
  write();
  EXPECT_NE(test::read_file(file).find("\"Dice\": 1.0"), std::string::npos);
  test::write_file(file, "another's");
  write();
  EXPECT_EQ(test::read_file(file), "another's");
}

TEST(EvaluateSummary, NeedsAtLeastOneCase) {
  StageRunner runner("evaluate.summary");
  EXPECT_THROW(runner.finish(), Error);
}

}  // namespace
}  // namespace nnflow
