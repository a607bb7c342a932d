// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "nnflow/networks/unet.hpp"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <gtest/gtest.h>

#include <cmath>

#include "small_nets.hpp"

namespace nnflow::networks {
namespace {

at::Tensor ramp(const std::vector<std::int64_t>& shape) {
  std::int64_t count = 1;
  for (const std::int64_t edge : shape) count *= edge;
  return (at::arange(count, at::kFloat) * 0.37).sin().view(shape);
}

/// Norms get values too, so that nothing is hidden behind ones and zeros.
UNet filled(NetworkSpec spec) {
  UNet net(std::move(spec));
  net.initialise(7);
  const c10::NoGradGuard no_grad;
  for (std::size_t i = 0; i < net.parameters().size(); ++i) {
    at::Tensor parameter = net.parameters()[i];
    if (parameter.dim() == 1) parameter.add_(ramp(parameter.sizes().vec()) * 0.3);
  }
  return net;
}

class BothKinds : public ::testing::TestWithParam<NetworkKind> {};

TEST_P(BothKinds, OutputsAreFullResolutionFirst) {
  UNet net = filled(test::small_net(GetParam()));
  const c10::NoGradGuard no_grad;
  const auto outputs = net.forward(ramp({2, 1, 4, 8, 8}), true);
  ASSERT_EQ(outputs.size(), 2U);
  EXPECT_EQ(outputs[0].sizes().vec(), (std::vector<std::int64_t>{2, 2, 4, 8, 8}));
  EXPECT_EQ(outputs[1].sizes().vec(), (std::vector<std::int64_t>{2, 2, 4, 4, 4}));
  const auto single = net.forward(ramp({2, 1, 4, 8, 8}), false);
  ASSERT_EQ(single.size(), 1U);
  EXPECT_TRUE(single[0].equal(outputs[0]));
}

TEST_P(BothKinds, DoubleAndFloatPathsAgreeInOutputsAndGradients) {
  UNet fast = filled(test::small_net(GetParam()));
  UNet plain = filled(test::small_net(GetParam()));
  for (const at::Tensor& parameter : plain.parameters())
    parameter.set_data(parameter.to(at::kDouble));
  const at::Tensor x = ramp({2, 1, 4, 16, 16});
  const auto run = [](UNet& net, const at::Tensor& input) {
    net.require_gradients(true);
    const auto outputs = net.forward(input, true);
    (outputs[0].pow(2).sum() + outputs[1].sin().sum()).backward();
    return outputs;
  };
  const auto a = run(fast, x);
  const auto b = run(plain, x.to(at::kDouble));
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_LT((a[i].to(at::kDouble) - b[i]).abs().max().item<double>(), 2e-5);
  }
  for (std::size_t i = 0; i < fast.parameters().size(); ++i) {
    const at::Tensor& expected = plain.parameters()[i].grad();
    if (!expected.defined()) {
      EXPECT_FALSE(fast.parameters()[i].grad().defined());
      continue;
    }
    const double scale = 1.0 + expected.abs().max().item<double>();
    const double difference =
        (fast.parameters()[i].grad().to(at::kDouble) - expected).abs().max().item<double>();
    EXPECT_LT(difference, 2e-5 * scale) << fast.layout()[i].name;
  }
}

TEST_P(BothKinds, InferenceEqualsTraining) {
  UNet net = filled(test::small_net(GetParam()));
  net.require_gradients(true);
  const at::Tensor x = ramp({1, 1, 4, 8, 8});
  const at::Tensor kept = x.clone();
  const at::Tensor with_gradients = net.forward(x, false)[0].detach();
  const c10::NoGradGuard no_grad;
  EXPECT_TRUE(net.forward(x, false)[0].equal(with_gradients));
  EXPECT_TRUE(x.equal(kept)) << "the input must not be overwritten";
}

TEST_P(BothKinds, InitialisationDependsOnTheSeedOnly) {
  UNet one(test::small_net(GetParam()));
  UNet two(test::small_net(GetParam()));
  one.initialise(5);
  two.initialise(5);
  for (std::size_t i = 0; i < one.parameters().size(); ++i) {
    EXPECT_TRUE(one.parameters()[i].equal(two.parameters()[i]));
  }
  two.initialise(6);
  EXPECT_FALSE(one.parameters()[0].equal(two.parameters()[0]));
}

INSTANTIATE_TEST_SUITE_P(Kinds,
                         BothKinds,
                         ::testing::Values(NetworkKind::kPlainConvUNet,
                                           NetworkKind::kResidualEncoderUNet));

TEST(Initialise, TransposedConvolutionsCountTheirOutputChannels) {
  NetworkSpec spec = test::small_net(NetworkKind::kResidualEncoderUNet);
  spec.features = {32, 64, 64};
  UNet net(spec);
  net.initialise(3);
  for (std::size_t i = 0; i < net.layout().size(); ++i) {
    const ParameterInfo& info = net.layout()[i];
    const at::Tensor& value = net.parameters()[i];
    if (info.name == "decoder.transpconvs.1.weight") {
      const double expected = std::sqrt(2.0 / 1.0001 / (32 * 4));
      EXPECT_NEAR(value.std().item<double>(), expected, 0.05 * expected);
    }
    if (info.name.find("conv2.norm") != std::string::npos || info.name.ends_with("conv.bias")) {
      EXPECT_EQ(value.abs().max().item<double>(), 0.0) << info.name;
    }
    if (info.name.find("conv1.norm.weight") != std::string::npos) {
      EXPECT_EQ(value.min().item<double>(), 1.0) << info.name;
    }
  }
}

TEST(UNet, WorksInTwoDimensionsWithOneSampleAndOddChannels) {
  NetworkSpec spec = test::small_net(NetworkKind::kPlainConvUNet);
  spec.dimensions = 2;
  spec.input_channels = 3;
  spec.features = {5, 7, 9};
  UNet net = filled(spec);
  const c10::NoGradGuard no_grad;
  const at::Tensor out = net.forward(ramp({1, 3, 12, 20}), false)[0];
  EXPECT_EQ(out.sizes().vec(), (std::vector<std::int64_t>{1, 2, 12, 20}));
  EXPECT_TRUE(out.isfinite().all().item<bool>());
}

}  // namespace
}  // namespace nnflow::networks
