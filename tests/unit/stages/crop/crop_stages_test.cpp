// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <numeric>

#include <nnflow/imaging/volume.hpp>
#include <nnflow/nnunet/properties.hpp>
#include <nnflow/testing.hpp>

#include "../plan/small_plans.hpp"

namespace nnflow {
namespace {

using imaging::LabelMap;
using imaging::Volume;
using testing::StageRunner;

/// A 6 x 8 x 10 image whose voxels are 0 outside [1,4) x [2,6) x [3,9).
Volume box_image() {
  Volume image(1, {6, 8, 10});
  for (std::int64_t z = 1; z < 4; ++z) {
    for (std::int64_t y = 2; y < 6; ++y) {
      for (std::int64_t x = 3; x < 9; ++x) {
        image.voxels()[static_cast<std::size_t>(imaging::linear_index(image.extent(), z, y, x))] =
            5.0F;
      }
    }
  }
  image.spacing = {3.0, 2.0, 1.0};
  image.geometry.spacing = {1.0, 2.0, 3.0};
  return image;
}

TEST(NonzeroBoxStage, CropsAndRemembersHowToGoBack) {
  StageRunner runner("crop.nonzero_box");
  LabelMap label({6, 8, 10});
  const auto out = runner.put("image", box_image()).put("label", label).run();
  EXPECT_EQ(out.get<Volume>("image").extent(), (imaging::Extent3{3, 4, 6}));
  EXPECT_EQ(out.get<LabelMap>("label").extent(), (imaging::Extent3{3, 4, 6}));
  EXPECT_EQ(out.get<LabelMap>("label").voxels()[0], 0);
  const auto& properties = out.get<nnunet::CaseProperties>("properties");
  EXPECT_EQ(properties.bbox_used_for_cropping, (imaging::Box3{{1, 2, 3}, {4, 6, 9}}));
  EXPECT_EQ(properties.shape_before_cropping, (imaging::Extent3{6, 8, 10}));
  EXPECT_EQ(properties.shape_after_cropping_and_before_resampling, (imaging::Extent3{3, 4, 6}));
  EXPECT_EQ(properties.spacing, (imaging::Spacing3{3.0, 2.0, 1.0}));
}

TEST(NonzeroBoxStage, MakesALabelMapWhereThereIsNone) {
  StageRunner runner("crop.nonzero_box");
  Volume image = box_image();
  image.voxels()[0] = 1.0F;
  const auto out = runner.put("image", image).run();
  const auto& label = out.get<LabelMap>("label");
  EXPECT_EQ(label.extent(), (imaging::Extent3{4, 6, 9}));
  EXPECT_EQ(label.voxels()[0], 0);
  EXPECT_EQ(label.voxels()[1], -1);
}

TEST(NonzeroBoxStage, KeepsAnImageOfZerosWhole) {
  StageRunner runner("crop.nonzero_box");
  const auto out = runner.put("image", Volume(2, {3, 4, 5})).run();
  EXPECT_EQ(out.get<Volume>("image").extent(), (imaging::Extent3{3, 4, 5}));
  EXPECT_EQ(out.get<Volume>("image").channels(), 2);
}

TEST(NonzeroBoxStage, RefusesALabelMapOfAnotherExtent) {
  StageRunner runner("crop.nonzero_box");
  runner.put("image", box_image()).put("label", LabelMap({6, 8, 9}));
  try {
    (void)runner.run();
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kInvalidData);
    EXPECT_STREQ(error.what(),
                 "the label map has the extent (6, 8, 9), expected that of the image, (6, 8, 10)");
  }
}

TEST(NonzeroBoxStage, ReportsTheSpacingInTheFilesOrderAfterTransposition) {
  Volume image = box_image();
  image.geometry.spacing = {3.0, 2.0, 1.0};  // the file's z is now axis 2 of the array
  StageRunner runner("crop.nonzero_box");
  const auto out = runner.put("image", image).run();
  EXPECT_EQ(out.get<nnunet::CaseProperties>("properties").spacing,
            (imaging::Spacing3{1.0, 2.0, 3.0}));
}

TEST(TransposeAxesStage, PermutesImageLabelAndSpacing) {
  Volume image(1, {2, 3, 4});
  std::iota(image.voxels().begin(), image.voxels().end(), 0.0F);
  image.spacing = {1.0, 2.0, 3.0};
  StageRunner runner("crop.transpose_axes");
  runner.put("plans", test::small_plans({1, 1, 1}, {2, 0, 1}))
      .put("image", image)
      .put("label", LabelMap({2, 3, 4}));
  const auto out = runner.run();
  const auto& result = out.get<Volume>("image");
  EXPECT_EQ(result.extent(), (imaging::Extent3{4, 2, 3}));
  EXPECT_EQ(result.spacing, (imaging::Spacing3{3.0, 1.0, 2.0}));
  EXPECT_EQ(result.voxels()[1], 4.0F);  // (z, y, x) = (0, 1, 0) of the input
  EXPECT_EQ(out.get<LabelMap>("label").extent(), (imaging::Extent3{4, 2, 3}));
}

TEST(TransposeAxesStage, PassesUnpermutedImagesThrough) {
  Volume image(2, {2, 3, 4});
  image.voxels()[5] = 7.0F;
  StageRunner runner("crop.transpose_axes");
  const auto out = runner.put("plans", test::small_plans({1, 1, 1})).put("image", image).run();
  EXPECT_EQ(out.get<Volume>("image").voxels()[5], 7.0F);
  EXPECT_FALSE(out.has("label"));
}

}  // namespace
}  // namespace nnflow
