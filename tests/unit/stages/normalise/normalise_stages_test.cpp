// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <nnflow/imaging/volume.hpp>
#include <nnflow/testing.hpp>

#include "../plan/small_plans.hpp"

namespace nnflow {
namespace {

using imaging::LabelMap;
using imaging::Volume;
using testing::StageRunner;

Volume ramp(std::int64_t channels) {
  Volume image(channels, {2, 3, 4});
  for (std::size_t i = 0; i < image.voxels().size(); ++i)
    image.voxels()[i] = static_cast<float>(i % 24) * 10.0F;
  return image;
}

void expect_error(StageRunner& runner, ErrorCode code, const std::string& message) {
  try {
    (void)runner.run();
    ADD_FAILURE() << "no error, expected: " << message;
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), code);
    EXPECT_EQ(error.what(), message);
  }
}

TEST(PlannedNormalisation, DispatchesPerChannelAndUsesTheMaskWhereAsked) {
  LabelMap label({2, 3, 4});
  label.voxels()[23] = -1;
  StageRunner runner("normalise.planned", "configuration: 3d_fullres");
  runner.put("plans", test::small_plans({1, 1, 1})).put("image", ramp(2)).put("label", label);
  const auto out = runner.run();
  const auto& image = out.get<Volume>("image");
  EXPECT_FLOAT_EQ(image.channel(0)[0], -2.5F);  // CT: (0 - 100) / 40
  EXPECT_FLOAT_EQ(image.channel(0)[23], (230 - 100) / 40.0F);
  EXPECT_EQ(image.channel(1)[23], 230.0F);         // outside the mask
  EXPECT_NEAR(image.channel(1)[11], 0.0F, 1e-6F);  // mean of 0..220
}

TEST(PlannedNormalisation, NamesTheChannelsThatDoNotFit) {
  StageRunner runner("normalise.planned", "configuration: 3d_fullres");
  runner.put("plans", test::small_plans({1, 1, 1}))
      .put("image", ramp(3))
      .put("label", LabelMap({2, 3, 4}));
  expect_error(runner, ErrorCode::kInvalidData,
               "the image has 3 channels, expected 2 as configuration '3d_fullres' of the plans");
}

TEST(PlannedNormalisation, NeedsALabelMapForTheMask) {
  StageRunner runner("normalise.planned");
  runner.put("plans", test::small_plans({1, 1, 1})).put("image", ramp(2));
  expect_error(runner, ErrorCode::kInvalidData,
               "z-score within the mask needs a label map, there is none");
}

TEST(PlannedNormalisation, LooksOtherSchemesUpAmongThePlugins) {
  StageRunner runner("normalise.planned");
  runner.put("plans", test::small_plans({1, 1, 1}, {0, 1, 2}, {"Nonsense", "NoNormalization"},
                                        {false, false}));
  runner.put("image", ramp(2));
  try {
    (void)runner.run();
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kInvalidParam);
    EXPECT_NE(std::string(error.what()).find("Nonsense"), std::string::npos);
  }
}

TEST(SingleScheme, ZscoreTakesAllChannelsUnlessTold) {
  StageRunner all("normalise.zscore");
  const auto everything = all.put("image", ramp(2)).run();
  EXPECT_NEAR(everything.get<Volume>("image").channel(1)[0], -1.66132F, 1e-4F);
  StageRunner one("normalise.zscore", "channels: [1]");
  const auto second = one.put("image", ramp(2)).run();
  EXPECT_EQ(second.get<Volume>("image").channel(0)[1], 10.0F);
  EXPECT_NEAR(second.get<Volume>("image").channel(1)[0], -1.66132F, 1e-4F);
}

TEST(SingleScheme, RefusesAChannelThatIsNotThere) {
  StageRunner runner("normalise.zscore", "channels: [2]");
  runner.put("image", ramp(2));
  expect_error(runner, ErrorCode::kInvalidParam,
               "channels: there is no channel 2, the image has 2");
}

TEST(SingleScheme, CtClipsToItsWindow) {
  StageRunner runner("normalise.ct", "{mean: 100, deviation: 50, lower: 50, upper: 150}");
  const auto out = runner.put("image", ramp(1)).run();
  EXPECT_FLOAT_EQ(out.get<Volume>("image").voxels()[0], -1.0F);
  EXPECT_FLOAT_EQ(out.get<Volume>("image").voxels()[23], 1.0F);
  EXPECT_THROW(StageRunner("normalise.ct", "{mean: 0, deviation: 1, lower: 2, upper: 1}"), Error);
  EXPECT_THROW(StageRunner("normalise.ct", "{mean: 0, deviation: 1, lower: 2}"), Error);
}

TEST(SingleScheme, RescaleRgbAndNone) {
  StageRunner rescale("normalise.rescale_to_0_1");
  EXPECT_FLOAT_EQ(rescale.put("image", ramp(1)).run().get<Volume>("image").voxels()[23], 1.0F);
  StageRunner rgb("normalise.rgb_to_0_1");
  EXPECT_FLOAT_EQ(rgb.put("image", ramp(1)).run().get<Volume>("image").voxels()[23],
                  230.0F / 255.0F);
  StageRunner none("normalise.none");
  EXPECT_EQ(none.put("image", ramp(1)).run().get<Volume>("image").voxels()[23], 230.0F);
}

TEST(SingleScheme, RgbRefusesOtherRanges) {
  Volume image = ramp(1);
  image.voxels()[0] = 300.0F;
  StageRunner runner("normalise.rgb_to_0_1");
  runner.put("image", image);
  expect_error(runner, ErrorCode::kInvalidData,
               "value 300.000000 in an RGB channel, expected 0 to 255");
}

}  // namespace
}  // namespace nnflow
