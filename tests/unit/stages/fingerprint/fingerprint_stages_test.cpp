// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <nnflow/imaging/volume.hpp>
#include <nnflow/nnunet/properties.hpp>
#include <nnflow/testing.hpp>

#include "../plan/small_plans.hpp"
#include "support/temp_dir.hpp"

namespace nnflow {
namespace {

using imaging::LabelMap;
using imaging::Volume;
using testing::Outputs;
using testing::StageRunner;

Outputs statistics(std::int64_t channels, std::int16_t label_value) {
  Volume image(channels, {2, 2, 2});
  for (std::size_t i = 0; i < image.voxels().size(); ++i) image.voxels()[i] = static_cast<float>(i);
  LabelMap label({2, 2, 2});
  label.voxels()[1] = label_value;
  label.voxels()[6] = label_value;
  nnunet::CaseProperties properties;
  properties.spacing = {3.0, 2.0, 1.0};
  properties.shape_before_cropping = {4, 2, 2};
  StageRunner runner("fingerprint.case_statistics");
  runner.item("case_1").put("image", image).put("label", label).put("properties", properties);
  return runner.run();
}

TEST(CaseStatisticsStage, GathersTheForegroundOfEveryChannel) {
  const auto out = statistics(2, 3);
  const auto& result = out.get<nnunet::CaseStatistics>("statistics");
  EXPECT_EQ(result.id, "case_1");
  EXPECT_EQ(result.foreground_intensities, (std::vector<std::vector<float>>{{1, 6}, {9, 14}}));
  EXPECT_EQ(result.relative_size_after_cropping, 0.5);
  EXPECT_EQ(result.spacing, (imaging::Spacing3{3.0, 2.0, 1.0}));
}

TEST(CollectStage, WritesTheFingerprint) {
  const test::TempDir dir;
  StageRunner runner("fingerprint.collect", "out: " + dir.path().string());
  runner.put("dataset", test::small_dataset("CT", 100000));
  for (int i = 0; i < 3; ++i) {
    runner
        .put("statistics", statistics(2, i == 2 ? 0 : 1).get<nnunet::CaseStatistics>("statistics"))
        .run();
  }
  const auto out = runner.finish();
  const auto& fingerprint = out.get<nnunet::Fingerprint>("fingerprint");
  EXPECT_EQ(nnunet::Fingerprint::read(dir / "dataset_fingerprint.json"), fingerprint);
  EXPECT_EQ(fingerprint.shapes_after_crop.size(), 3U);
  EXPECT_EQ(fingerprint.median_relative_size_after_cropping, 0.5);
  ASSERT_EQ(fingerprint.foreground_intensity_properties_per_channel.size(), 2U);
  EXPECT_EQ(fingerprint.foreground_intensity_properties_per_channel[1].min, 9.0);
  EXPECT_EQ(fingerprint.foreground_intensity_properties_per_channel[1].max, 14.0);
  ASSERT_EQ(out.artifacts.size(), 1U);

  StageRunner reader("fingerprint.read", "out: " + dir.path().string());
  EXPECT_EQ(
      reader.put("dataset", test::small_dataset()).finish().get<nnunet::Fingerprint>("fingerprint"),
      fingerprint);
}

TEST(CollectStage, RefusesADataSetWithoutForeground) {
  const test::TempDir dir;
  StageRunner runner("fingerprint.collect", "out: " + dir.path().string());
  runner.put("dataset", test::small_dataset("CT", 100000));
  runner.put("statistics", statistics(2, 0).get<nnunet::CaseStatistics>("statistics")).run();
  try {
    (void)runner.finish();
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kInvalidData);
    EXPECT_STREQ(error.what(), "data set Dataset042_Small: no case has foreground voxels");
  }
  EXPECT_FALSE(std::filesystem::exists(dir / "dataset_fingerprint.json"));
}

TEST(CollectStage, RefusesAnotherNumberOfChannels) {
  const test::TempDir dir;
  StageRunner runner("fingerprint.collect", "out: " + dir.path().string());
  runner.put("dataset", test::small_dataset());
  runner.put("statistics", statistics(1, 1).get<nnunet::CaseStatistics>("statistics"));
  EXPECT_THROW((void)runner.run(), Error);
}

TEST(CollectStage, MissesItsPlaceAtTheFirstCase) {
  ::unsetenv("nnUNet_preprocessed");
  StageRunner runner("fingerprint.collect");
  runner.put("dataset", test::small_dataset());
  runner.put("statistics", statistics(2, 1).get<nnunet::CaseStatistics>("statistics"));
  EXPECT_THROW((void)runner.run(), Error);
}

TEST(FingerprintReadStage, SaysWhatToDoWithoutAFingerprint) {
  const test::TempDir dir;
  StageRunner runner("fingerprint.read", "out: " + dir.path().string());
  runner.put("dataset", test::small_dataset());
  try {
    (void)runner.finish();
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kIo);
    EXPECT_EQ(error.what(), (dir / "dataset_fingerprint.json").string() +
                                ": there is no fingerprint, make one with 'nnflow fingerprint'");
  }
}

}  // namespace
}  // namespace nnflow
