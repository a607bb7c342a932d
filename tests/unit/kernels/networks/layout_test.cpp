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

}  // namespace
}  // namespace nnflow::networks
