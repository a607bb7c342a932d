// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <nnflow/nnunet/dataset.hpp>
#include <nnflow/nnunet/fingerprint.hpp>
#include <nnflow/nnunet/plans.hpp>

namespace nnflow::test {

/// A data set of two channels (`first`, MRI) that exists in memory only.
inline nnunet::DatasetDescription small_dataset(const std::string& first = "CT",
                                                std::int64_t cases = 4) {
  nnunet::DatasetJsonFields fields;
  fields.channel_names = {first, "MRI"};
  fields.labels = {{"background", {{0}, false}}, {"thing", {{1}, false}}};
  fields.num_training = cases;
  fields.file_ending = ".nii.gz";
  auto dataset =
      nnunet::DatasetDescription::from_json(nnunet::make_dataset_json(fields), {}, "test");
  dataset.name = "Dataset042_Small";
  return dataset;
}

/// Statistics of a data set of that kind: 40 x 64 x 64 voxels of 1 mm.
inline nnunet::Fingerprint small_fingerprint(std::size_t channels = 2) {
  nnunet::Fingerprint fingerprint;
  fingerprint.foreground_intensity_properties_per_channel.assign(channels,
                                                                 {300, 100, 90, -50, -20, 250, 40});
  fingerprint.median_relative_size_after_cropping = 0.5;
  fingerprint.shapes_after_crop.assign(4, {40, 64, 64});
  fingerprint.spacings.assign(4, {1.0, 1.0, 1.0});
  return fingerprint;
}

/// Plans whose only configuration is `3d_fullres` (and `2d`) with the given voxel size and axis
/// order.
inline nnunet::Plans small_plans(const std::array<double, 3>& spacing,
                                 const std::array<int, 3>& forward = {0, 1, 2},
                                 const std::vector<std::string>& schemes = {"CTNormalization",
                                                                            "ZScoreNormalization"},
                                 const std::vector<bool>& masks = {false, true}) {
  nnunet::PlansHeader header;
  header.dataset_name = "Dataset042_Small";
  header.transpose_forward = forward;
  for (int i = 0; i < 3; ++i) {
    header.transpose_backward[static_cast<std::size_t>(forward[static_cast<std::size_t>(i)])] = i;
  }
  header.foreground_intensity_properties_per_channel =
      small_fingerprint(schemes.size()).foreground_intensity_properties_per_channel;
  const auto configuration = [&](std::size_t axes) {
    nnunet::ConfigurationPlan plan;
    plan.batch_size = 2;
    plan.patch_size.assign(axes, 16);
    plan.median_image_size_in_voxels.assign(axes, 32.0);
    plan.spacing.assign(spacing.end() - static_cast<std::ptrdiff_t>(axes), spacing.end());
    plan.normalization_schemes = schemes;
    plan.use_mask_for_norm = masks;
    nnunet::Architecture a;
    a.network_class_name = "dynamic_network_architectures.architectures.unet.PlainConvUNet";
    a.n_stages = 1;
    a.features_per_stage = {8};
    a.conv_op = axes == 2 ? "torch.nn.modules.conv.Conv2d" : "torch.nn.modules.conv.Conv3d";
    a.kernel_sizes = {std::vector<std::int64_t>(axes, 3)};
    a.strides = {std::vector<std::int64_t>(axes, 1)};
    a.n_conv_per_stage = {2};
    plan.architecture = a;
    plan.data_identifier = "nnUNetPlans_test";
    return plan.to_json();
  };
  return nnunet::Plans::make(header, {{"2d", configuration(2)}, {"3d_fullres", configuration(3)}});
}

}  // namespace nnflow::test
