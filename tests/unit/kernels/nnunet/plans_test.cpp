// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "nnflow/nnunet/plans.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <thread>
#include <vector>

#include "expect_error.hpp"

namespace nnflow::nnunet {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

ConfigurationPlan make_configuration() {
  ConfigurationPlan plan;
  plan.data_identifier = "nnUNetPlans_3d_fullres";
  plan.batch_size = 9;
  plan.patch_size = {40, 56, 40};
  plan.median_image_size_in_voxels = {36.0, 50.5, 35.0};
  plan.spacing = {1.0, 1.0, 1.0};
  plan.normalization_schemes = {"ZScoreNormalization"};
  plan.use_mask_for_norm = {false};
  Architecture& net = plan.architecture;
  net.network_class_name = "dynamic_network_architectures.architectures.unet.PlainConvUNet";
  net.n_stages = 2;
  net.features_per_stage = {32, 64};
  net.conv_op = "torch.nn.modules.conv.Conv3d";
  net.kernel_sizes = {{3, 3, 3}, {3, 3, 3}};
  net.strides = {{1, 1, 1}, {2, 2, 2}};
  net.n_conv_per_stage = {2, 2};
  net.n_conv_per_stage_decoder = {2};
  net.norm_op = "torch.nn.modules.instancenorm.InstanceNorm3d";
  net.nonlin = "torch.nn.LeakyReLU";
  return plan;
}

Plans make_plans(std::vector<std::pair<std::string, Json>> more = {}) {
  PlansHeader header;
  header.dataset_name = "Dataset001_x";
  header.transpose_forward = {2, 0, 1};
  header.transpose_backward = {1, 2, 0};
  header.foreground_intensity_properties_per_channel.resize(1);
  more.insert(more.begin(), {"3d_fullres", make_configuration().to_json()});
  return Plans::make(header, more);
}

TEST(Plans, ReadAConfigurationOnceForAllThreadsAndCopies) {
  const Plans plans = make_plans();
  const Plans copy = plans;
  std::vector<const ConfigurationPlan*> found(8);
  std::vector<std::thread> threads;
  for (const ConfigurationPlan*& place : found) {
    threads.emplace_back([&] { place = &plans.configuration("3d_fullres"); });
  }
  for (std::thread& thread : threads) thread.join();
  for (const ConfigurationPlan* const one : found) {
    EXPECT_EQ(one, &copy.configuration("3d_fullres"));
  }
  const ConfigurationPlan& of_a_temporary = make_plans().configuration("3d_fullres");
  EXPECT_EQ(of_a_temporary.batch_size, 9);
}

TEST(Plans, ReadBackWhatTheyWrite) {
  const Plans plans =
      Plans::from_json(parse_json(dump_json(make_plans().document()), "t"), "plans.json");
  EXPECT_EQ(plans.document(), make_plans().document());
  EXPECT_EQ(plans.header().dataset_name, "Dataset001_x");
  EXPECT_EQ(plans.transposed(imaging::Extent3{1, 2, 3}), (imaging::Extent3{3, 1, 2}));
  const auto plan = plans.configuration("3d_fullres");
  EXPECT_EQ(plan.to_json(), make_configuration().to_json());
  EXPECT_EQ(plan.resampling_data.order, 3);
  EXPECT_EQ(plan.resampling_seg.order, 1);
  EXPECT_TRUE(plan.resampling_seg.is_seg);
  EXPECT_FALSE(plan.resampling_data.force_separate_z);
  EXPECT_EQ(plan.architecture.norm_eps, 1e-5);
  EXPECT_TRUE(plan.architecture.conv_bias);
  EXPECT_EQ(plan.patch_extent(), (imaging::Extent3{40, 56, 40}));
  EXPECT_EQ(plan.architecture.dimension(), 3);
  EXPECT_FALSE(plan.architecture.is_residual());
}

TEST(Plans, WriteIntegersOnlyWhereAsked) {
  auto plan = make_configuration();
  EXPECT_EQ(dump_json(plan.to_json()["median_image_size_in_voxels"], {.indent = -1}),
            "[36.0, 50.5, 35.0]");
  plan.median_size_is_integer = true;
  EXPECT_EQ(dump_json(plan.to_json()["median_image_size_in_voxels"], {.indent = -1}),
            "[36, 50, 35]");
}

TEST(Plans, ResolveInheritanceShallowly) {
  const Plans plans = make_plans(
      {{"a", parse_json(
                 R"({"inherits_from": "3d_fullres", "batch_size": 40, "previous_stage": "3d_lowres",
                            "resampling_fn_data_kwargs": {"order": 1}})",
                 "t")},
       {"b", parse_json(R"({"inherits_from": "a", "next_stage": ["c", "d"]})", "t")}});
  const auto plan = plans.configuration("b");
  EXPECT_EQ(plan.batch_size, 40);
  EXPECT_EQ(plan.previous_stage, "3d_lowres");
  EXPECT_THAT(plan.next_stages, ElementsAre("c", "d"));
  EXPECT_EQ(plan.resampling_data.order, 1);
  EXPECT_EQ(plan.resampling_data.kwargs.size(), 1U);
  EXPECT_THAT(plans.configuration_names(), ElementsAre("3d_fullres", "a", "b"));
}

TEST(Plans, RefuseCyclesAndUnknownParents) {
  const Plans plans = make_plans({{"a", parse_json(R"({"inherits_from": "b"})", "t")},
                                  {"b", parse_json(R"({"inherits_from": "a"})", "t")},
                                  {"c", parse_json(R"({"inherits_from": "zz"})", "t")},
                                  {"d", parse_json(R"({"inherits_from": 3})", "t")}});
  EXPECT_THAT(message_of(ErrorCode::kInvalidData, [&] { return plans.configuration("a"); }),
              HasSubstr("a -> b -> a"));
  EXPECT_THAT(message_of(ErrorCode::kInvalidData, [&] { return plans.configuration("c"); }),
              HasSubstr("'zz'"));
  EXPECT_THAT(message_of(ErrorCode::kInvalidData, [&] { return plans.configuration("d"); }),
              HasSubstr("is 3"));
  EXPECT_THAT(message_of(ErrorCode::kInvalidParam, [&] { return plans.configuration("zz"); }),
              HasSubstr("there are: 3d_fullres, a, b, c, d"));
}

TEST(Plans, ConvertTheOldNetworkKeys) {
  Json old = make_configuration().to_json();
  old.erase("architecture");
  old["UNet_class_name"] = "ResidualEncoderUNet";
  old["UNet_base_num_features"] = 32;
  old["unet_max_num_features"] = 48;
  old["n_conv_per_stage_encoder"] = {1, 3};
  old["n_conv_per_stage_decoder"] = {1};
  old["num_pool_per_axis"] = {1, 1, 1};
  old["pool_op_kernel_sizes"] = {{1, 1, 1}, {2, 2, 2}};
  old["conv_kernel_sizes"] = {{1, 3, 3}, {3, 3, 3}};
  const Plans plans = make_plans({{"old", old}});
  const auto plan = plans.configuration("old");
  EXPECT_EQ(plan.json.find("UNet_class_name"), plan.json.end());
  EXPECT_TRUE(plan.architecture.is_residual());
  EXPECT_THAT(plan.architecture.features_per_stage, ElementsAre(32, 48));
  EXPECT_THAT(plan.architecture.n_conv_per_stage, ElementsAre(1, 3));
  EXPECT_THAT(plan.architecture.kernel_sizes[0], ElementsAre(1, 3, 3));
  EXPECT_EQ(plan.architecture.json["arch_kwargs"]["n_blocks_per_stage"], (std::vector<int>{1, 3}));
  old["unet_max_num_features"] = std::numeric_limits<std::int64_t>::max();
  old["n_conv_per_stage_encoder"] = std::vector<int>(64, 1);
  old["n_conv_per_stage_decoder"] = std::vector<int>(63, 1);
  old["pool_op_kernel_sizes"] = 1;
  old["conv_kernel_sizes"] = 3;
  const auto wide = make_plans({{"old", old}}).configuration("old").architecture;
  EXPECT_EQ(wide.features_per_stage[57], std::int64_t{32} << 57);
  EXPECT_EQ(wide.features_per_stage[58], std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(wide.features_per_stage[63], std::numeric_limits<std::int64_t>::max());
  old["UNet_base_num_features"] = -std::numeric_limits<std::int64_t>::max();
  EXPECT_THAT(message_of(ErrorCode::kInvalidData,
                         [&] {
                           return make_plans({{"old", old}}).configuration("old");
                         }),
              HasSubstr("key 'configurations.old.UNet_base_num_features' is -9223372036854775807, "
                        "expected a positive integer"));
  old["UNet_class_name"] = "Other";
  EXPECT_THAT(message_of(ErrorCode::kInvalidData,
                         [&] {
                           return make_plans({{"old", old}}).configuration("old");
                         }),
              HasSubstr("\"Other\""));
}

TEST(Plans, AcceptTheOldIntensityKeyAndNumbersForAllStages) {
  Json document = make_plans().document();
  document["foreground_intensity_properties_by_modality"] =
      document["foreground_intensity_properties_per_channel"];
  document.erase("foreground_intensity_properties_per_channel");
  Json& kwargs = document["configurations"]["3d_fullres"]["architecture"]["arch_kwargs"];
  kwargs["kernel_sizes"] = 3;
  kwargs["n_conv_per_stage"] = 2;
  const Plans plans = Plans::from_json(document, "t");
  EXPECT_EQ(plans.header().foreground_intensity_properties_per_channel.size(), 1U);
  EXPECT_EQ(plans.configuration("3d_fullres").architecture.kernel_sizes.size(), 2U);
}

TEST(Plans, ReportEveryMistakeOfAConfiguration) {
  Json bad = make_configuration().to_json();
  bad["patch_size"] = {41, 56};
  bad["batch_size"] = 0;
  bad["use_mask_for_norm"] = {1};
  bad["spacing"] = "x";
  bad.erase("data_identifier");
  bad["architecture"]["arch_kwargs"]["strides"] = {{1, 1}, {0, 2, 2}};
  const std::string message = message_of(ErrorCode::kInvalidData, [&] {
    return make_plans({{"bad", bad}}).configuration("bad");
  });
  for (const char* const part :
       {"configurations.bad.batch_size' is 0", "bad.use_mask_for_norm' is [1]",
        "bad.spacing' is \"x\"", "bad.data_identifier' is missing", "arch_kwargs.strides'"}) {
    EXPECT_THAT(message, HasSubstr(part));
  }
  bad = make_configuration().to_json();
  bad["patch_size"] = {41, 56, 40};
  EXPECT_THAT(message_of(ErrorCode::kInvalidData,
                         [&] {
                           return make_plans({{"bad", bad}}).configuration("bad");
                         }),
              HasSubstr("divisible"));
}

TEST(Plans, ReportEveryMistakeOfTheHeader) {
  const std::string message = message_of(ErrorCode::kInvalidData, [] {
    return Plans::from_json(parse_json(R"({"dataset_name": 3, "transpose_forward": [0, 0, 1],
      "transpose_backward": [0, 1, 2], "configurations": []})",
                                       "t"),
                            "plans.json");
  });
  for (const char* const part :
       {"plans.json: key 'dataset_name' is 3", "'transpose_forward' is [0, 0, 1]",
        "'configurations' is []", "'plans_name' is missing", "'image_reader_writer' is missing"}) {
    EXPECT_THAT(message, HasSubstr(part));
  }
}

TEST(Plans, RefuseAnotherLabelManager) {
  Json document = make_plans().document();
  document.erase("label_manager");
  EXPECT_EQ(Plans::from_json(document, "t").header().label_manager, "LabelManager");
  document["label_manager"] = "MyLabelManager";
  EXPECT_THAT(message_of(ErrorCode::kInvalidData, [&] { return Plans::from_json(document, "t"); }),
              HasSubstr("t: key 'label_manager' is \"MyLabelManager\", expected \"LabelManager\""));
}

TEST(ConfigurationPlan, KeepsTheSliceSpacingIn2d) {
  ConfigurationPlan plan;
  plan.patch_size = {56, 40};
  plan.spacing = {1.5, 2.0};
  EXPECT_TRUE(plan.is_2d());
  EXPECT_EQ(plan.patch_extent(), (imaging::Extent3{1, 56, 40}));
  EXPECT_EQ(plan.target_spacing({5.0, 0.5, 0.6}), (imaging::Spacing3{5.0, 1.5, 2.0}));
}

TEST(NormalizationSchemes, FollowTheChannelName) {
  EXPECT_EQ(normalization_scheme("CT").class_name, "CTNormalization");
  EXPECT_EQ(normalization_scheme("noNorm").class_name, "NoNormalization");
  EXPECT_EQ(normalization_scheme("rescale_to_0_1").class_name, "RescaleTo01Normalization");
  EXPECT_EQ(normalization_scheme("rgb_to_0_1").class_name, "RGBTo01Normalization");
  EXPECT_EQ(normalization_scheme("T1").class_name, "ZScoreNormalization");
  EXPECT_TRUE(normalization_scheme("zscore").may_use_mask);
  EXPECT_FALSE(normalization_scheme("ct").may_use_mask);
}

}  // namespace
}  // namespace nnflow::nnunet
