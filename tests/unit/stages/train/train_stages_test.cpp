// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <filesystem>

#include "nnflow/nnunet/dataset.hpp"
#include "nnflow/nnunet/model.hpp"
#include "nnflow/nnunet/patch.hpp"
#include "nnflow/nnunet/plans.hpp"
#include "nnflow/testing.hpp"
#include "support/temp_dir.hpp"

namespace nnflow {
namespace {

using testing::StageRunner;

nnunet::Architecture small_network() {
  nnunet::Architecture net;
  net.network_class_name = "dynamic_network_architectures.architectures.unet.PlainConvUNet";
  net.n_stages = 3;
  net.features_per_stage = {4, 4, 4};
  net.conv_op = "torch.nn.modules.conv.Conv3d";
  net.kernel_sizes.assign(3, {3, 3, 3});
  net.strides = {{1, 1, 1}, {2, 2, 2}, {2, 2, 2}};
  net.n_conv_per_stage = {1, 1, 1};
  net.n_conv_per_stage_decoder = {1, 1};
  net.norm_op = "torch.nn.modules.instancenorm.InstanceNorm3d";
  net.nonlin = "torch.nn.LeakyReLU";
  return net;
}

nnunet::Plans plans() {
  nnunet::ConfigurationPlan plan;
  plan.data_identifier = "nnUNetPlans_3d_fullres";
  plan.batch_size = 2;
  plan.patch_size = {8, 8, 8};
  plan.median_image_size_in_voxels = {8, 8, 8};
  plan.spacing = {1, 1, 1};
  plan.normalization_schemes = {"ZScoreNormalization"};
  plan.use_mask_for_norm = {false};
  plan.architecture = small_network();
  nnunet::PlansHeader header;
  header.dataset_name = "Dataset001_Test";
  header.foreground_intensity_properties_per_channel.resize(1);
  return nnunet::Plans::make(header, {{"3d_fullres", plan.to_json()}});
}

nnunet::DatasetDescription dataset() {
  const char* text = R"({"channel_names": {"0": "MRI"}, "labels": {"background": 0, "a": 1},
                         "numTraining": 4, "file_ending": ".nii.gz"})";
  return nnunet::DatasetDescription::from_json(nnunet::parse_json(text, "dataset.json"), {},
                                               "dataset.json");
}

nnunet::Patch patch(const std::string& id, std::int16_t label) {
  nnunet::Patch result;
  result.case_id = id;
  result.resize(1, 1, {8, 8, 8});
  result.final_extent = result.extent;
  for (std::size_t i = 0; i < result.seg.size(); ++i) {
    result.seg[i] = i % 16 < 8 ? label : std::int16_t{0};
    result.image[i] = static_cast<float>(result.seg[i]) + 0.01F * static_cast<float>(i % 7);
  }
  return result;
}

nnunet::Batch batch(std::int64_t epoch, bool validation) {
  nnunet::Batch result;
  const nnunet::Patch one = patch("a", 1);
  result.case_ids = {"a", "a"};
  result.epoch = epoch;
  result.validation = validation;
  result.batch = 2;
  result.channels = 1;
  result.seg_channels = 1;
  result.extent = one.extent;
  for (int i = 0; i < 2; ++i) {
    result.image.insert(result.image.end(), one.image.begin(), one.image.end());
    result.seg.insert(result.seg.end(), one.seg.begin(), one.seg.end());
  }
  return result;
}

TEST(TrainBatch, StacksPatchesInOrder) {
  StageRunner runner("train.batch", "configuration: 3d_fullres");
  runner.put("plans", plans());
  EXPECT_EQ(runner.group_size(), 2U);
  runner.put("patch", patch("a", 1)).next_member().put("patch", patch("b", 2)).next_member();
  const auto outputs = runner.run();
  const auto& result = outputs.get<nnunet::Batch>("batch");
  EXPECT_EQ(result.case_ids, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(result.batch, 2);
  ASSERT_EQ(result.seg.size(), 1024U);
  EXPECT_EQ(result.seg[0], 1);
  EXPECT_EQ(result.seg[512], 2);
}

TEST(TrainBatch, RefusesPatchesOfDifferentSize) {
  StageRunner runner("train.batch", "batch_size: 2");
  nnunet::Patch other = patch("b", 1);
  other.resize(1, 1, {8, 8, 4});
  runner.put("patch", patch("a", 1)).next_member().put("patch", other).next_member();
  EXPECT_THROW(runner.run(), Error);
}

std::string unet_params(const std::filesystem::path& folder) {
  return "configuration: 3d_fullres\nfolder: " + folder.string() +
         "\nepochs: 2\niterations: 2\nval_iterations: 1\ncompute_threads: 1\n";
}

void feed_epoch(StageRunner& runner, std::int64_t epoch) {
  for (const bool validation : {false, false, true}) {
    runner.put("batch", batch(epoch, validation)).run();
  }
}

TEST(TrainUNet, TrainsWritesTheModelFolderAndEmitsTheModel) {
  const test::TempDir folder;
  StageRunner runner("train.unet", unet_params(folder.path()));
  runner.put("plans", plans()).put("dataset", dataset());
  EXPECT_EQ(runner.resume_point(), 0U);
  feed_epoch(runner, 0);
  feed_epoch(runner, 1);
  const auto outputs = runner.finish();
  const auto& model = outputs.get<nnunet::TrainedModel>("model");
  EXPECT_EQ(model.folder, folder.path());
  EXPECT_EQ(model.configuration, "3d_fullres");
  for (const char* name : {"plans.json", "dataset.json", "fold_0/checkpoint_final.pth",
                           "fold_0/checkpoint_best.pth"}) {
    EXPECT_TRUE(std::filesystem::exists(folder / name)) << name;
  }
}

TEST(TrainUNet, ResumesAtTheFirstPatchOfTheNextEpoch) {
  const test::TempDir folder;
  {
    StageRunner runner("train.unet", unet_params(folder.path()));
    runner.put("plans", plans()).put("dataset", dataset());
    feed_epoch(runner, 0);
    runner.put("batch", batch(1, false)).run();
  }
  StageRunner runner("train.unet", unet_params(folder.path()));
  runner.put("plans", plans()).put("dataset", dataset());
  EXPECT_EQ(runner.resume_point(), 6U);
  feed_epoch(runner, 1);
  (void)runner.finish();
  StageRunner again("train.unet", unet_params(folder.path()));
  again.put("plans", plans()).put("dataset", dataset());
  EXPECT_EQ(again.resume_point(), 12U);
  EXPECT_TRUE(again.finish().has("model"));
}

TEST(TrainUNet, RefusesUnknownConfigurationsAndDevices) {
  const test::TempDir folder;
  StageRunner runner("train.unet", "configuration: 3d_lowres\nfolder: " + folder.path().string());
  runner.put("plans", plans()).put("dataset", dataset());
  EXPECT_THROW((void)runner.resume_point(), Error);
  StageRunner device("train.unet", unet_params(folder.path()) + "device: gpu\n");
  device.put("plans", plans()).put("dataset", dataset());
  EXPECT_THROW((void)device.resume_point(), Error);
}

}  // namespace
}  // namespace nnflow
