// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "nnflow/networks/sgd.hpp"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <gtest/gtest.h>

#include "small_nets.hpp"

namespace nnflow::networks {
namespace {

TEST(PolyLr, GivesTheReferencesValues) {
  EXPECT_DOUBLE_EQ(poly_lr(0.01, 0, 1000), 0.01);
  EXPECT_NEAR(poly_lr(0.01, 1, 1000), 0.009991, 1e-9);
  EXPECT_NEAR(poly_lr(0.01, 10, 1000), 0.00990995, 1e-8);
  EXPECT_NEAR(poly_lr(0.01, 500, 1000), 0.00535887, 1e-8);
  EXPECT_NEAR(poly_lr(0.01, 999, 1000), 1.99526e-05, 1e-10);
}

/// Sets the first two values of a parameter (or gradient) and zeros the others.
void set_pair(const at::Tensor& tensor, float first, float second) {
  const c10::NoGradGuard no_grad;
  tensor.zero_();
  tensor.view({-1})[0] = first;
  tensor.view({-1})[1] = second;
}

TEST(Sgd, TwoStepsGiveTheReferencesValues) {
  UNet net(test::small_net(NetworkKind::kPlainConvUNet));
  net.require_gradients(true);
  Sgd sgd(net, {});
  const at::Tensor& theta = net.parameters()[0];
  set_pair(theta.detach(), 1.0F, -2.0F);
  const float grads[2][2] = {{0.5F, 0.25F}, {0.1F, -0.3F}};
  const double expected[2][2] = {{0.9900494, -2.0049739}, {0.9831581, -2.0014524}};
  for (int i = 0; i < 2; ++i) {
    theta.mutable_grad() = at::zeros_like(theta);
    set_pair(theta.grad(), grads[i][0], grads[i][1]);
    sgd.step(0.01);
    EXPECT_NEAR(theta.view({-1})[0].item<double>(), expected[i][0], 2e-7);
    EXPECT_NEAR(theta.view({-1})[1].item<double>(), expected[i][1], 2e-7);
  }
  sgd.zero_grad();
  EXPECT_FALSE(theta.grad().defined());
}

TEST(Sgd, ParametersWithoutGradientStayAndHaveNoBuffer) {
  UNet net(test::small_net(NetworkKind::kPlainConvUNet));
  net.initialise(1);
  net.require_gradients(true);
  Sgd sgd(net, {});
  const at::Tensor before = net.parameters().back().detach().clone();
  sgd.step(0.01);
  EXPECT_TRUE(net.parameters().back().equal(before));
  EXPECT_FALSE(sgd.buffers().back().defined());
  EXPECT_TRUE(sgd.buffers()[1].defined()) << "a bias that the norm removes has gradient 0";
}

TEST(Sgd, ClipScalesToTheMaximumAndLeavesSmallGradientsAlone) {
  UNet net(test::small_net(NetworkKind::kPlainConvUNet));
  net.require_gradients(true);
  Sgd sgd(net, {});
  const at::Tensor& theta = net.parameters()[0];
  theta.mutable_grad() = at::zeros_like(theta);
  set_pair(theta.grad(), 30.0F, 40.0F);
  EXPECT_DOUBLE_EQ(sgd.clip(12.0), 50.0);
  EXPECT_NEAR(theta.grad().norm().item<double>(), 12.0, 1e-5);
  set_pair(theta.grad(), 3.0F, 4.0F);
  EXPECT_DOUBLE_EQ(sgd.clip(12.0), 5.0);
  EXPECT_EQ(theta.grad().view({-1})[0].item<float>(), 3.0F);
}

TEST(GradScaler, HalvesOnOverflowAndDoublesAfterTheInterval) {
  GradScaler scaler({65536.0, GradScaler::kGrowthInterval - 1});
  scaler.update(true);
  EXPECT_EQ(scaler.state().scale, 131072.0);
  EXPECT_EQ(scaler.state().growth_tracker, 0);
  scaler.update(true);
  scaler.update(false);
  EXPECT_EQ(scaler.state().scale, 65536.0);
  EXPECT_EQ(scaler.state().growth_tracker, 0);
}

TEST(GradScaler, UnscalesAndFindsOverflow) {
  UNet net(test::small_net(NetworkKind::kPlainConvUNet));
  net.require_gradients(true);
  const at::Tensor& theta = net.parameters()[0];
  theta.mutable_grad() = at::full_like(theta, 8.0);
  const GradScaler scaler({4.0, 0});
  EXPECT_TRUE(scaler.unscale(net));
  EXPECT_EQ(theta.grad().view({-1})[0].item<float>(), 2.0F);
  theta.mutable_grad() = at::full_like(theta, std::numeric_limits<double>::infinity());
  EXPECT_FALSE(scaler.unscale(net));
}

}  // namespace
}  // namespace nnflow::networks
