// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// A network of a few weights and batches that it learns from.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "nnflow/nnunet/dataset.hpp"
#include "nnflow/nnunet/patch.hpp"
#include "nnflow/nnunet/plans.hpp"
#include "nnflow/testing.hpp"

namespace nnflow::test {

inline nnunet::Architecture small_network() {
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

inline nnunet::Plans plans() {
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

inline nnunet::DatasetDescription dataset() {
  const char* text = R"({"channel_names": {"0": "MRI"}, "labels": {"background": 0, "a": 1},
                         "numTraining": 4, "file_ending": ".nii.gz"})";
  return nnunet::DatasetDescription::from_json(nnunet::parse_json(text, "dataset.json"), {},
                                               "dataset.json");
}

inline nnunet::Patch patch(const std::string& id, std::int16_t label) {
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

inline nnunet::Batch batch(std::int64_t epoch, bool validation) {
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

inline std::string unet_params(const std::filesystem::path& folder) {
  return "configuration: 3d_fullres\nfolder: " + folder.string() +
         "\nepochs: 2\niterations: 2\nval_iterations: 1\ncompute_threads: 1\n";
}

inline void feed_epoch(testing::StageRunner& runner, std::int64_t epoch) {
  for (const bool validation : {false, false, true}) {
    runner.put("batch", batch(epoch, validation)).run();
  }
}

}  // namespace nnflow::test
