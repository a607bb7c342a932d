// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>

#include <nnflow/imaging/volume.hpp>
#include <nnflow/testing.hpp>

#include "../plan/small_plans.hpp"

namespace nnflow {
namespace {

using imaging::Extent3;
using imaging::LabelMap;
using imaging::Spacing3;
using imaging::Volume;
using testing::StageRunner;

Volume ramp() {
  Volume image(1, {4, 6, 8});
  for (std::size_t i = 0; i < image.voxels().size(); ++i)
    image.voxels()[i] = static_cast<float>(i % 8);
  image.spacing = {2.0, 1.0, 1.0};
  image.geometry.origin = {7.0, 8.0, 9.0};
  return image;
}

LabelMap halves() {
  LabelMap label({4, 6, 8});
  for (std::size_t i = 0; i < label.voxels().size(); ++i) label.voxels()[i] = i % 8 < 4 ? -1 : 2;
  label.spacing = {2.0, 1.0, 1.0};
  return label;
}

std::string message_of(StageRunner& runner) {
  try {
    (void)runner.run();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(PlannedResampling, GoesToTheVoxelSizeOfTheConfiguration) {
  StageRunner runner("resample.planned", "configuration: 3d_fullres");
  runner.put("plans", test::small_plans({1.0, 2.0, 0.5}))
      .put("image", ramp())
      .put("label", halves());
  const auto out = runner.run();
  const auto& image = out.get<Volume>("image");
  const auto& label = out.get<LabelMap>("label");
  EXPECT_EQ(image.extent(), (Extent3{8, 3, 16}));
  EXPECT_EQ(label.extent(), image.extent());
  EXPECT_EQ(image.spacing, (Spacing3{1.0, 2.0, 0.5}));
  EXPECT_EQ(image.geometry.origin, (std::array<double, 3>{7.0, 8.0, 9.0}));
  EXPECT_EQ(label.voxels()[7], -1);
  EXPECT_EQ(label.voxels()[8], 2);
}

TEST(PlannedResampling, KeepsTheSlicesOf2dConfigurations) {
  StageRunner runner("resample.planned", "configuration: 2d");
  const auto out =
      runner.put("plans", test::small_plans({9.0, 2.0, 2.0})).put("image", ramp()).run();
  EXPECT_EQ(out.get<Volume>("image").extent(), (Extent3{4, 3, 4}));
  EXPECT_EQ(out.get<Volume>("image").spacing, (Spacing3{2.0, 2.0, 2.0}));
  EXPECT_FALSE(out.has("label"));
}

TEST(PlannedResampling, NamesAnUnknownConfiguration) {
  StageRunner runner("resample.planned", "configuration: 4d");
  runner.put("plans", test::small_plans({1.0, 1.0, 1.0})).put("image", ramp());
  try {
    (void)runner.run();
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kInvalidParam);
    EXPECT_NE(std::string(error.what()).find("no configuration '4d'"), std::string::npos);
  }
}

nnunet::Plans plans_that_resample_by(const std::string& function, const nnunet::Json& kwargs) {
  nnunet::Json document = test::small_plans({1.0, 1.0, 0.5}).document();
  for (const std::string kind : {"resampling_fn_data", "resampling_fn_seg"}) {
    auto& entry = document["configurations"]["3d_fullres"];
    entry[kind] = function;
    entry[kind + "_kwargs"] = kwargs;
  }
  return nnunet::Plans::from_json(document, "test");
}

TEST(PlannedResampling, IsLinearWhereThePlansNameTheTorchFunction) {
  StageRunner runner("resample.planned");
  runner.put("plans", plans_that_resample_by("resample_torch_fornnunet", nnunet::Json::object()))
      .put("image", ramp())
      .put("label", halves());
  const auto out = runner.run();
  const auto& image = out.get<Volume>("image");
  EXPECT_EQ(image.extent(), (Extent3{8, 6, 16}));
  EXPECT_EQ(image.spacing, (Spacing3{1.0, 1.0, 0.5}));
  EXPECT_FLOAT_EQ(image.voxels()[0], 0.0F);
  EXPECT_FLOAT_EQ(image.voxels()[1], 0.25F);
  EXPECT_FLOAT_EQ(image.voxels()[2], 0.75F);
  EXPECT_EQ(out.get<LabelMap>("label").voxels()[7], -1);
  EXPECT_EQ(out.get<LabelMap>("label").voxels()[8], 2);
}

TEST(PlannedResampling, ChangesNothingWhereThePlansSaySo) {
  StageRunner runner("resample.planned");
  runner.put("plans", plans_that_resample_by("no_resampling_hack", nnunet::Json::object()))
      .put("image", ramp())
      .put("label", halves());
  const auto out = runner.run();
  EXPECT_EQ(out.get<Volume>("image").extent(), ramp().extent());
  EXPECT_EQ(out.get<LabelMap>("label").extent(), halves().extent());
}

/// The message of planned resampling that cannot be carried out.
std::string refusal(const std::string& function,
                    const nnunet::Json& kwargs,
                    const std::string& kind) {
  nnunet::Json document = test::small_plans({1.0, 1.0, 0.5}).document();
  auto& entry = document["configurations"]["3d_fullres"];
  entry["resampling_fn_" + kind] = function;
  entry["resampling_fn_" + kind + "_kwargs"] = kwargs;
  StageRunner runner("resample.planned");
  runner.put("plans", nnunet::Plans::from_json(document, "plans.json")).put("image", ramp());
  try {
    (void)runner.run();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kInvalidData);
    return error.what();
  }
  return "no error";
}

TEST(PlannedResampling, RefusesWhatItDoesNotHave) {
  const std::string where = "plans.json: configuration 3d_fullres: resampling_fn_";
  const nnunet::Json none = nnunet::Json::object();
  EXPECT_EQ(refusal("resample_my_way", none, "data"),
            where +
                "data is \"resample_my_way\", expected resample_data_or_seg_to_shape, "
                "resample_torch_fornnunet or no_resampling_hack");
  const std::string torch = "resample_torch_fornnunet";
  EXPECT_EQ(refusal(torch, {{"mode", "nearest"}}, "data"),
            where + "data_kwargs has mode \"nearest\", expected \"linear\"");
  EXPECT_EQ(refusal(torch, {{"aniso_axis_mode", "linear"}}, "seg"),
            where + "seg_kwargs has aniso_axis_mode \"linear\", expected \"nearest-exact\"");
  EXPECT_EQ(refusal(torch, {{"memefficient_seg_resampling", "yes"}}, "seg"),
            where + "seg_kwargs has memefficient_seg_resampling \"yes\", expected true or false");
  const std::string usual = "resample_data_or_seg_to_shape";
  EXPECT_EQ(refusal(usual, {{"order", 2}}, "data"),
            where + "data_kwargs has order 2, expected 0, 1 or 3");
  EXPECT_EQ(refusal(usual, {{"order", 3}}, "seg"),
            where + "seg_kwargs has order 3, expected 0 or 1 for label maps");
  EXPECT_EQ(refusal(usual, {{"order_z", 1}}, "data"),
            where + "data_kwargs has order_z 1, expected 0");
}

TEST(PlannedResampling, DecidesLabelsAsThePlansSay) {
  const auto between_3_and_5 = [](bool memory_saving) {
    LabelMap label({1, 1, 2});
    label.voxels()[0] = 5;
    label.voxels()[1] = 3;
    label.spacing = {1.0, 1.0, 1.0};
    Volume image(1, label.extent());
    image.spacing = label.spacing;
    nnunet::Json document = test::small_plans({1.0, 1.0, 2.0}).document();
    auto& entry = document["configurations"]["3d_fullres"];
    entry["resampling_fn_seg"] = "resample_torch_fornnunet";
    entry["resampling_fn_seg_kwargs"] = {{"memefficient_seg_resampling", memory_saving}};
    StageRunner runner("resample.planned");
    runner.put("plans", nnunet::Plans::from_json(document, "test")).put("image", image);
    const auto out = runner.put("label", label).run();
    return out.get<LabelMap>("label").voxels()[0];
  };
  EXPECT_EQ(between_3_and_5(false), 3);
  EXPECT_EQ(between_3_and_5(true), 0);
}

TEST(PlannedResampling, RefusesToLeaveNothing) {
  StageRunner runner("resample.planned");
  runner.put("plans", test::small_plans({100.0, 1.0, 1.0})).put("image", ramp());
  EXPECT_EQ(
      message_of(runner),
      "no voxel is left: 4 x 6 x 8 voxels of 2 x 1 x 1 mm (z, y, x) become 0 x 6 x 8 voxels of "
      "the 100 x 1 x 1 mm of configuration '3d_fullres', 0 bytes in 1 channel; expected "
      "another voxel size in the files of this case");
}

TEST(PlannedResampling, RefusesWhatNoMachineHolds) {
  Volume image(2, {100, 100, 100});
  image.spacing = {50.0, 50.0, 50.0};
  StageRunner runner("resample.planned");
  runner.put("plans", test::small_plans({0.1, 0.1, 0.1})).put("image", image);
  EXPECT_EQ(
      message_of(runner),
      "larger than the memory of this machine: 100 x 100 x 100 voxels of 50 x 50 x 50 mm (z, "
      "y, x) become 50000 x 50000 x 50000 voxels of the 0.1 x 0.1 x 0.1 mm of configuration "
      "'3d_fullres', 1000000000000000 bytes in 2 channels; expected another voxel size in the "
      "files of this case");
  // Beyond what an integer holds.
  image.spacing = {1e30, 1e30, 1e30};
  StageRunner volume("resample.volume", "{spacing_mm: [1, 1, 1]}");
  volume.put("image", image);
  EXPECT_NE(
      message_of(volume).find("1e+32 x 1e+32 x 1e+32 voxels of the 1 x 1 x 1 mm of spacing_mm, "
                              "8e+96 bytes"),
      std::string::npos)
      << message_of(volume);
}

TEST(PlannedResampling, SaysWhatTheMemoryWasFor) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "the sanitizer needs all of the address space";
#endif
  if (::sysconf(_SC_PHYS_PAGES) * ::sysconf(_SC_PAGESIZE) < (std::int64_t{4} << 30))
    GTEST_SKIP() << "the machine has less than 4 GiB of memory";
  // More than the address space that this process may have, less than a machine.
  Volume image(1, {10, 10, 10});
  image.spacing = {50.0, 50.0, 50.0};
  StageRunner runner("resample.planned");
  runner.put("plans", test::small_plans({0.5, 0.5, 0.5})).put("image", image);
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_AS, &before), 0);
  rlimit less = before;
  less.rlim_cur = rlim_t{3} << 30U;
  ASSERT_EQ(::setrlimit(RLIMIT_AS, &less), 0);
  const std::string message = message_of(runner);
  ASSERT_EQ(::setrlimit(RLIMIT_AS, &before), 0);
  EXPECT_EQ(message,
            "out of memory: 10 x 10 x 10 voxels of 50 x 50 x 50 mm (z, y, x) become 1000 x 1000 x "
            "1000 voxels of the 0.5 x 0.5 x 0.5 mm of configuration '3d_fullres', 4000000000 bytes "
            "in 1 channel");
}

TEST(VolumeResampling, GoesToTheGivenVoxelSize) {
  StageRunner runner("resample.volume", "{spacing_mm: [2, 1, 0.5], order: 1}");
  const auto out = runner.put("image", ramp()).put("label", halves()).run();
  EXPECT_EQ(out.get<Volume>("image").extent(), (Extent3{4, 6, 16}));
  EXPECT_FLOAT_EQ(out.get<Volume>("image").voxels()[1], 0.25F);
  EXPECT_EQ(out.get<LabelMap>("label").extent(), (Extent3{4, 6, 16}));
}

TEST(VolumeResampling, GivesEqualBytesForAnyNumberOfThreads) {
  StageRunner one("resample.volume", "{spacing_mm: [1, 0.7, 0.6]}");
  StageRunner three("resample.volume", "{spacing_mm: [1, 0.7, 0.6]}");
  const auto a = one.threads(1).put("image", ramp()).run();
  const auto b = three.threads(3).put("image", ramp()).run();
  const auto x = a.get<Volume>("image").voxels();
  const auto y = b.get<Volume>("image").voxels();
  EXPECT_TRUE(std::equal(x.begin(), x.end(), y.begin(), y.end()));
}

TEST(VolumeResampling, ChecksItsParameters) {
  EXPECT_THROW(StageRunner("resample.volume", "{}"), Error);
  EXPECT_THROW(StageRunner("resample.volume", "{spacing_mm: [1, 0, 1]}"), Error);
  EXPECT_THROW(StageRunner("resample.volume", "{spacing_mm: [1, 1, 1], order: 2}"), Error);
  EXPECT_THROW(StageRunner("resample.volume", "{spacing_mm: [1, 1, 1], separate_axis: maybe}"),
               Error);
}

}  // namespace
}  // namespace nnflow
