// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <vector>

#include "augment/kernels/intensity/brightness.hpp"
#include "augment/kernels/intensity/contrast.hpp"
#include "augment/kernels/intensity/gamma.hpp"
#include "augment/kernels/intensity/gaussian_blur.hpp"
#include "augment/kernels/intensity/gaussian_noise.hpp"
#include "augment/kernels/intensity/low_resolution.hpp"
#include "augment/kernels/intensity/moments.hpp"
#include "nnflow/rng.hpp"

namespace nnflow::augment {
namespace {

using Image = std::vector<float>;

void expect_near(const Image& actual, const Image& expected, float tolerance) {
  ASSERT_EQ(actual.size(), expected.size());
  for (std::size_t i = 0; i < actual.size(); ++i)
    EXPECT_NEAR(actual[i], expected[i], tolerance) << i;
}

TEST(Contrast, ClampsToThePreviousRange) {
  Image image{0, 1, 2, 5};
  apply_contrast(std::vector<ChannelFactor>{{0, 1.25F}}, true, image, 4);
  expect_near(image, {0.0F, 0.75F, 2.0F, 5.0F}, 1e-6F);
  image = {0, 1, 2, 5};
  apply_contrast(std::vector<ChannelFactor>{{0, 1.25F}}, false, image, 4);
  expect_near(image, {-0.5F, 0.75F, 2.0F, 5.75F}, 1e-6F);
}

TEST(Brightness, MultipliesOnlyTheChosenChannel) {
  Image image{1, 2, 3, 4};
  apply_brightness(std::vector<ChannelFactor>{{1, 2.0F}}, image, 2);
  EXPECT_EQ(image, (Image{1, 2, 6, 8}));
}

// Vectors of nnunet-training 3.9.
TEST(Gamma, MatchesTheReference) {
  Image image{0, 1, 2, 5};
  apply_gamma(std::vector<ChannelFactor>{{0, 1.5F}}, false, image, 4);
  expect_near(image, {0.4071F, 0.8316F, 1.6078F, 5.1534F}, 5e-5F);
  image = {0, 1, 2, 5};
  apply_gamma(std::vector<ChannelFactor>{{0, 1.5F}}, true, image, 4);
  expect_near(image, {-0.3173F, 1.1317F, 2.4091F, 4.7765F}, 5e-5F);
}

TEST(Gamma, KeepsMeanAndDeviation) {
  Rng rng(1);
  Image image(5000);
  for (float& v : image) v = static_cast<float>(rng.uniform(-3, 8));
  const double mean = mean_of(image);
  const double deviation = deviation_of(image, mean);
  apply_gamma(std::vector<ChannelFactor>{{0, 0.8F}}, false, image, 5000);
  EXPECT_NEAR(mean_of(image), mean, 1e-5);
  EXPECT_NEAR(deviation_of(image, mean_of(image)), deviation, 1e-5);
}

TEST(Gamma, LeavesAConstantChannelFinite) {
  Image image(8, 3.0F);
  apply_gamma(std::vector<ChannelFactor>{{0, 1.4F}}, false, image, 8);
  expect_near(image, Image(8, 3.0F), 1e-6F);
}

TEST(GaussianTaps, HaveTheSizesOfTheReference) {
  EXPECT_EQ(gaussian_taps(0.5).size(), 3U);
  EXPECT_EQ(gaussian_taps(0.583).size(), 3U);
  EXPECT_EQ(gaussian_taps(0.584).size(), 5U);
  EXPECT_EQ(gaussian_taps(0.916).size(), 5U);
  EXPECT_EQ(gaussian_taps(0.917).size(), 7U);
  EXPECT_EQ(gaussian_taps(1.0).size(), 7U);
  expect_near(gaussian_taps(0.5), {0.1065F, 0.7870F, 0.1065F}, 5e-5F);
}

TEST(GaussianBlur, ReflectsAtTheBorderWithoutRepeatingTheEdge) {
  Image image{1, 2, 4};
  apply_blur({{{0, {0.0, 0.0, 0.5}}}}, image, {1, 1, 3});
  const Image taps = gaussian_taps(0.5);
  expect_near(image,
              {taps[1] * 1 + 2 * taps[0] * 2, taps[0] * 1 + taps[1] * 2 + taps[2] * 4,
               taps[1] * 4 + 2 * taps[0] * 2},
              1e-6F);
}

TEST(GaussianBlur, TreatsAllAxesAlike) {
  // An impulse blurred in the volume is the product of the three kernels.
  Image image(9 * 9 * 9);
  image[4 * 81 + 4 * 9 + 4] = 1.0F;
  apply_blur({{{0, {0.5, 0.7, 1.0}}}}, image, {9, 9, 9});
  const Image tz = gaussian_taps(0.5);
  const Image ty = gaussian_taps(0.7);
  const Image tx = gaussian_taps(1.0);
  EXPECT_NEAR(image[4 * 81 + 4 * 9 + 4], tz[1] * ty[2] * tx[3], 1e-6F);
  EXPECT_NEAR(image[3 * 81 + 5 * 9 + 2], tz[0] * ty[3] * tx[1], 1e-6F);
  EXPECT_NEAR(std::accumulate(image.begin(), image.end(), 0.0), 1.0, 1e-5);
}

TEST(GaussianBlur, DrawsNoSigmaForTheMissingAxis) {
  Rng rng(2);
  const BlurParameters p = draw_blur(rng, {1.0, 1.0, {0.5, 1.0}}, 2, {1, 8, 8});
  ASSERT_EQ(p.channels.size(), 2U);
  for (const auto& channel : p.channels) {
    EXPECT_EQ(channel.sigma[0], 0.0);
    EXPECT_GE(channel.sigma[1], 0.5);
    EXPECT_LT(channel.sigma[2], 1.0);
  }
}

TEST(LowResolution, PicksNearestAndInterpolatesLinearly) {
  Image image{0, 1, 2, 3};
  apply_low_resolution({{{0, {1.0F, 1.0F, 0.5F}}}}, image, {1, 1, 4});
  expect_near(image, {1.0F, 1.5F, 2.5F, 3.0F}, 1e-6F);
}

TEST(LowResolution, ScaleOneChangesNothing) {
  Image image{3, 1, 4, 1, 5, 9, 2, 6};
  const Image before = image;
  apply_low_resolution({{{0, {1.0F, 1.0F, 1.0F}}}}, image, {2, 2, 2});
  EXPECT_EQ(image, before);
}

TEST(LowResolution, KeepsTheFirstAxisWhenTold) {
  Rng rng(5);
  const auto p = draw_low_resolution(rng, {1.0, 1.0, {0.5, 1.0}, true}, 1);
  ASSERT_EQ(p.channels.size(), 1U);
  EXPECT_EQ(p.channels[0].scale[0], 1.0F);
  EXPECT_LT(p.channels[0].scale[1], 1.0F);
  EXPECT_EQ(p.channels[0].scale[1], p.channels[0].scale[2]);
}

TEST(GaussianNoise, HasTheDrawnDeviationInEveryVoxel) {
  Image image(100000, 1.0F);
  apply_noise({0.08, 77}, image);
  const double mean = mean_of(image);
  EXPECT_NEAR(mean, 1.0, 0.001);
  EXPECT_NEAR(deviation_of(image, mean), 0.08, 0.001);
  double covariance = 0.0;
  double fourth = 0.0;
  for (std::size_t i = 0; i + 1 < image.size(); ++i) {
    const double d = (image[i] - mean) / 0.08;
    covariance += d * (image[i + 1] - mean) / 0.08;
    fourth += d * d * d * d;
  }
  EXPECT_NEAR(covariance / 1e5, 0.0, 0.02);
  EXPECT_NEAR(fourth / 1e5, 3.0, 0.1);
}

TEST(GaussianNoise, DependsOnTheSeedOnlyAndZeroIsTheIdentity) {
  Image a(33, 0.0F);
  Image b(33, 0.0F);
  apply_noise({0.1, 5}, a);
  apply_noise({0.1, 5}, b);
  EXPECT_EQ(a, b);
  apply_noise({0.0, 5}, b);
  EXPECT_EQ(a, b);
  apply_noise({0.1, 6}, b);
  EXPECT_NE(a, b);
}

TEST(Factors, AreEquallyLikelyOnBothSidesOfOne) {
  Rng rng(6);
  int below = 0;
  double sum_above = 0;
  for (int i = 0; i < 20000; ++i) {
    const double f = draw_factor(rng, {0.7, 1.5});
    EXPECT_GE(f, 0.7);
    EXPECT_LT(f, 1.5);
    below += f < 1.0 ? 1 : 0;
    sum_above += f >= 1.0 ? f : 0.0;
  }
  EXPECT_NEAR(below / 2e4, 0.5, 0.015);
  EXPECT_NEAR(sum_above / (20000 - below), 1.25, 0.01);
  for (int i = 0; i < 100; ++i) EXPECT_GE(draw_factor(rng, {1.2, 1.5}), 1.2);
}

TEST(Factors, SelectChannelsWithTheirProbability) {
  Rng rng(8);
  std::size_t chosen = 0;
  for (int i = 0; i < 5000; ++i) chosen += draw_channels(rng, 2, 0.5).size();
  EXPECT_NEAR(static_cast<double>(chosen) / 1e4, 0.5, 0.02);
  EXPECT_EQ(draw_channels(rng, 3, 1.0).size(), 3U);
  EXPECT_TRUE(draw_channels(rng, 3, 0.0).empty());
}

}  // namespace
}  // namespace nnflow::augment
