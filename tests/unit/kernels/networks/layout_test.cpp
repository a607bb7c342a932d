// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <sstream>

#include "nnflow/error.hpp"
#include "nnflow/networks/from_plans.hpp"
#include "nnflow/networks/state_layout.hpp"
#include "small_nets.hpp"
#include "support/shared.hpp"

namespace nnflow::networks {
namespace {

struct Line {
  std::string key;
  std::string shape;
  std::size_t parameter = 0;
};

/// The table of an appendix of the reference: key, shape, parameter index.
std::vector<Line> appendix(const std::string& heading) {
  const std::string text = test::read_file(test::shared_dir() / "reference/nnunet-training.md");
  std::size_t begin = text.find("## " + heading);
  begin = text.find("```\n", begin) + 4;
  std::istringstream lines(text.substr(begin, text.find("```", begin) - begin));
  std::vector<Line> result;
  Line line;
  while (lines >> line.key >> line.shape >> line.parameter) result.push_back(line);
  return result;
}

std::string text_of(const std::vector<std::int64_t>& shape) {
  std::string out = "(";
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (i > 0) out += ',';
    out += std::to_string(shape[i]);
  }
  out += shape.size() == 1 ? ",)" : ")";
  return out;
}

void expect_appendix(const std::string& heading, NetworkKind kind, std::size_t count) {
  NNFLOW_REQUIRE_PATH(test::shared_dir() / "reference/nnunet-training.md");
  const std::vector<Line> expected = appendix(heading);
  ASSERT_EQ(expected.size(), count);
  const NetworkSpec spec = test::small_net(kind);
  const std::vector<StateKey> keys = state_keys(spec);
  const std::vector<ParameterInfo> layout = parameter_layout(spec);
  ASSERT_EQ(keys.size(), expected.size());
  for (std::size_t i = 0; i < keys.size(); ++i) {
    EXPECT_EQ(keys[i].key, expected[i].key);
    EXPECT_EQ(keys[i].parameter, expected[i].parameter) << keys[i].key;
    EXPECT_EQ(text_of(layout[keys[i].parameter].shape), expected[i].shape) << keys[i].key;
  }
}

TEST(StateLayout, PlainNetworkHasTheKeysOfAppendixA) {
  expect_appendix("Appendix A", NetworkKind::kPlainConvUNet, 136);
}

TEST(StateLayout, ResidualNetworkHasTheKeysOfAppendixB) {
  expect_appendix("Appendix B", NetworkKind::kResidualEncoderUNet, 224);
}

std::int64_t parameter_count(const NetworkSpec& spec) {
  std::int64_t total = 0;
  for (const ParameterInfo& info : parameter_layout(spec)) {
    std::int64_t count = 1;
    for (const std::int64_t edge : info.shape) count *= edge;
    total += count;
  }
  return total;
}

NetworkSpec full_size(NetworkKind kind) {
  NetworkSpec spec;
  spec.kind = kind;
  spec.features = {32, 64, 128, 256, 320, 320};
  spec.kernel_sizes.assign(6, {3, 3, 3});
  spec.strides.assign(6, {2, 2, 2});
  spec.strides[0] = {1, 1, 1};
  const bool plain = kind == NetworkKind::kPlainConvUNet;
  spec.blocks_per_stage = plain ? std::vector<std::int64_t>{2, 2, 2, 2, 2, 2}
                                : std::vector<std::int64_t>{1, 3, 4, 6, 6, 6};
  spec.decoder_convs.assign(5, plain ? 2 : 1);
  return spec;
}

TEST(StateLayout, FullSizeNetworksHaveTheReferencesCounts) {
  const NetworkSpec plain = full_size(NetworkKind::kPlainConvUNet);
  EXPECT_EQ(parameter_count(plain), 31195594);
  EXPECT_EQ(parameter_layout(plain).size(), 108U);
  EXPECT_EQ(state_keys(plain).size(), 292U);
  const NetworkSpec residual = full_size(NetworkKind::kResidualEncoderUNet);
  EXPECT_EQ(parameter_count(residual), 102349770);
  EXPECT_EQ(parameter_layout(residual).size(), 264U);
  EXPECT_EQ(state_keys(residual).size(), 956U);
}

TEST(StateLayout, DropoutMovesTheNormsAlias) {
  NetworkSpec spec = test::small_net(NetworkKind::kPlainConvUNet);
  spec.has_dropout = true;
  EXPECT_EQ(state_keys(spec)[6].key, "encoder.stages.0.0.convs.0.all_modules.2.weight");
}

TEST(StateLayout, WrapperPrefixesAreStrippedInAnyOrder) {
  EXPECT_EQ(strip_wrapper_prefixes("module._orig_mod.encoder.x"), "encoder.x");
  EXPECT_EQ(strip_wrapper_prefixes("_orig_mod.module.encoder.x"), "encoder.x");
  EXPECT_EQ(strip_wrapper_prefixes("encoder.module.x"), "encoder.module.x");
}

TEST(NetworkSpec, RefusesListsThatDoNotFitTogether) {
  NetworkSpec spec = test::small_net(NetworkKind::kPlainConvUNet);
  spec.strides.pop_back();
  try {
    spec.validate("configuration 3d_fullres");
    FAIL() << "expected an error";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "configuration 3d_fullres: strides has 2 entries, expected 3");
  }
}

TEST(NetworkSpec, RefusesLayersThatDoNotExist) {
  nnunet::Architecture architecture;
  architecture.network_class_name = "somewhere.Primus";
  try {
    (void)network_spec(architecture, 1, 2, "configuration x");
    FAIL() << "expected an error";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kInvalidData);
    EXPECT_STREQ(
        error.what(),
        "configuration x: network_class_name is 'somewhere.Primus', expected PlainConvUNet or "
        "ResidualEncoderUNet");
  }
}

nnunet::Json small_arguments(bool residual) {
  nnunet::Json kwargs = nnunet::parse_json(
      R"({"n_stages": 2, "features_per_stage": [4, 8], "conv_op": "torch.nn.modules.conv.Conv3d",
          "kernel_sizes": [[3, 3, 3], [3, 3, 3]], "strides": [[1, 1, 1], [2, 2, 2]],
          "n_conv_per_stage_decoder": [1], "conv_bias": true,
          "norm_op": "torch.nn.modules.instancenorm.InstanceNorm3d",
          "norm_op_kwargs": {"eps": 1e-05, "affine": true}, "dropout_op": null,
          "dropout_op_kwargs": null, "nonlin": "torch.nn.LeakyReLU",
          "nonlin_kwargs": {"inplace": true}})",
      "arguments");
  kwargs[residual ? "n_blocks_per_stage" : "n_conv_per_stage"] = {1, 1};
  return kwargs;
}

/// What a network of these arguments is refused for, or "".
std::string refusal(bool residual, const nnunet::Json& kwargs, bool trained = false) {
  nnunet::Json json;
  json["network_class_name"] = residual ? "x.ResidualEncoderUNet" : "x.PlainConvUNet";
  json["arch_kwargs"] = kwargs;
  std::vector<std::string> findings;
  const auto architecture = nnunet::Architecture::from_json(json, "architecture", findings);
  EXPECT_TRUE(findings.empty()) << findings.front();
  try {
    (void)network_spec(architecture, 1, 2, "at");
    if (trained) refuse_dropout(architecture, "at");
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kInvalidData);
    return error.what();
  }
  return "";
}

std::string refusal_with(bool residual, const std::string& key, const nnunet::Json& value) {
  nnunet::Json kwargs = small_arguments(residual);
  kwargs[key] = value;
  return refusal(residual, kwargs);
}

TEST(NetworkSpec, RefusesArgumentsThatWouldBuildAnotherNetwork) {
  using nnunet::Json;
  EXPECT_EQ(refusal(false, small_arguments(false)), "");
  EXPECT_EQ(refusal(true, small_arguments(true)), "");
  EXPECT_EQ(refusal_with(false, "nonlin_first", true),
            "at: nonlin_first is 'true', expected false");
  EXPECT_EQ(refusal_with(false, "nonlin_first", false), "");
  EXPECT_EQ(refusal_with(true, "nonlin_first", false),
            "at: nonlin_first is 'false', expected no such argument");
  EXPECT_EQ(refusal_with(false, "new_thing", 3), "at: new_thing is '3', expected no such argument");
  EXPECT_EQ(refusal_with(false, "deep_supervision", true), "");
  EXPECT_EQ(refusal_with(true, "block", "a.b.BottleneckD"),
            "at: block is '\"a.b.BottleneckD\"', expected BasicBlockD");
  EXPECT_EQ(refusal_with(true, "block", "a.b.BasicBlockD"), "");
  EXPECT_EQ(refusal_with(true, "bottleneck_channels", Json()), "");
  EXPECT_EQ(refusal_with(true, "stem_channels", 4), "");
  EXPECT_EQ(refusal_with(true, "stem_channels", 16),
            "at: stem_channels is '16', expected null or as many as the first of "
            "features_per_stage");
  Json norm{{"eps", 1e-5}, {"affine", true}, {"track_running_stats", true}};
  EXPECT_EQ(refusal_with(false, "norm_op_kwargs", norm),
            "at: norm_op_kwargs.track_running_stats is 'true', expected false");
  Json batch = small_arguments(false);
  batch["norm_op"] = "torch.nn.BatchNorm3d";
  batch["norm_op_kwargs"] = norm;
  EXPECT_EQ(refusal(false, batch), "");
  batch["norm_op_kwargs"]["momentum"] = 0.01;
  EXPECT_EQ(refusal(false, batch), "at: norm_op_kwargs.momentum is '0.01', expected 0.1");
  EXPECT_EQ(refusal_with(false, "norm_op_kwargs", Json{{"epsilon", 1}}),
            "at: norm_op_kwargs.epsilon is '1', expected no such argument");
  EXPECT_EQ(refusal_with(false, "nonlin_kwargs", Json{{"slope", 1}}),
            "at: nonlin_kwargs.slope is '1', expected no such argument");
}

TEST(NetworkSpec, DropoutPredictsAndIsNotTrained) {
  nnunet::Json kwargs = small_arguments(false);
  EXPECT_EQ(refusal(false, kwargs, true), "");
  kwargs["dropout_op"] = "torch.nn.Dropout3d";
  EXPECT_EQ(refusal(false, kwargs), "");
  EXPECT_EQ(refusal(false, kwargs, true),
            "at: dropout_op is 'torch.nn.Dropout3d (p = 0.5)', expected null: trainings here have "
            "no dropout; models trained with it predict");
  kwargs["dropout_op_kwargs"] = {{"p", 0}};
  EXPECT_EQ(refusal(false, kwargs, true), "");
}

}  // namespace
}  // namespace nnflow::networks
