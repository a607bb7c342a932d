// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "nnflow/networks/loss.hpp"

namespace nnflow::networks {
namespace {

/// The inputs of nnunet-training 4.5.
at::Tensor logits() { return at::arange(24, at::kFloat).sin().view({2, 3, 2, 2}); }
at::Tensor labels() { return at::arange(8, at::kLong).remainder(3).view({2, 2, 2}).to(at::kShort); }

double loss(const LossOptions& options, const at::Tensor& target) {
  return segmentation_loss(logits(), target, options).item<double>();
}

TEST(SegmentationLoss, SoftmaxGivesTheReferencesValues) {
  EXPECT_NEAR(loss({{}, {}, true, 1e-5}, labels()), 1.0448226, 1e-6);
  EXPECT_NEAR(loss({{}, {}, false, 1e-5}, labels()), 1.0613668, 1e-6);
}

TEST(SegmentationLoss, IgnoredVoxelsCountNowhere) {
  at::Tensor target = labels();
  target[0][0][0] = 3;
  target[1][1][1] = 3;
  EXPECT_NEAR(loss({{}, 3, true, 1e-5}, target), 1.0795939, 1e-6);
}

TEST(SegmentationLoss, OnlyIgnoredVoxelsGiveMinusOneWithoutGradient) {
  const at::Tensor x = logits().requires_grad_(true);
  const at::Tensor value =
      segmentation_loss(x, at::full({2, 2, 2}, 3, at::kShort), {{}, 3, true, 1e-5});
  EXPECT_EQ(value.item<double>(), -1.0);
  value.backward();
  EXPECT_EQ(x.grad().abs().max().item<double>(), 0.0);
}

TEST(SegmentationLoss, RegionsGiveTheReferencesValues) {
  const std::vector<std::vector<std::int64_t>> regions{{1, 2}, {2}, {1}};
  EXPECT_NEAR(loss({regions, {}, true, 1e-5}, labels()), 0.2626537, 1e-6);
  EXPECT_NEAR(loss({regions, 9, true, 1e-5}, labels()), 1.6812916, 1e-6);
}

TEST(DeepSupervision, WeightsHalveAndTheLastIsZero) {
  EXPECT_EQ(deep_supervision_weights(1), (std::vector<double>{1.0}));
  EXPECT_EQ(deep_supervision_weights(2), (std::vector<double>{1.0, 0.0}));
  const std::vector<double> five = deep_supervision_weights(5);
  const std::vector<double> expected{8.0 / 15, 4.0 / 15, 2.0 / 15, 1.0 / 15, 0.0};
  for (std::size_t i = 0; i < 5; ++i) EXPECT_NEAR(five[i], expected[i], 1e-15);
}

TEST(DeepSupervision, HalvingTakesTheOddIndices) {
  const at::Tensor row = at::arange(8, at::kShort).view({1, 1, 1, 8});
  const auto targets = target_pyramid(row, {{1, 1, 1}, {1, 1, 2}, {1, 1, 2}}, 3);
  ASSERT_EQ(targets.size(), 2U);
  EXPECT_TRUE(targets[0].equal(row));
  EXPECT_TRUE(targets[1].equal(at::tensor({1, 3, 5, 7}, at::kShort).view({1, 1, 1, 4})));
}

TEST(DeepSupervision, TargetsEqualNearestExactAlsoForOddSizes) {
  const at::Tensor labels = at::arange(2 * 5 * 9 * 7, at::kFloat).view({2, 5, 9, 7});
  const auto targets =
      target_pyramid(labels.to(at::kShort), {{1, 1, 1}, {2, 2, 2}, {1, 2, 2}, {2, 2, 2}}, 3);
  ASSERT_EQ(targets.size(), 3U);
  for (std::size_t i = 1; i < 3; ++i) {
    const at::Tensor expected =
        at::_upsample_nearest_exact3d(labels.unsqueeze(1), targets[i].sizes().slice(1), {}, {}, {})
            .squeeze(1);
    EXPECT_TRUE(targets[i].equal(expected.to(at::kShort))) << i;
  }
}

TEST(HardCounts, CountPerForegroundClassWithoutIgnoredVoxels) {
  at::Tensor one_hot = at::zeros({1, 3, 1, 4});
  const std::vector<std::int64_t> predicted{1, 1, 2, 0};
  for (std::int64_t i = 0; i < 4; ++i)
    one_hot[0][predicted[static_cast<std::size_t>(i)]][0][i] = 1.0;
  const at::Tensor target = at::tensor({1, 2, 3, 2}, at::kShort).view({1, 1, 4});
  const HardCounts counts = hard_counts(one_hot, target, {{}, 3, false, 1e-5});
  EXPECT_EQ(counts.true_positive, (std::vector<double>{1, 0}));
  EXPECT_EQ(counts.false_positive, (std::vector<double>{1, 0}));
  EXPECT_EQ(counts.false_negative, (std::vector<double>{0, 2}));
}

TEST(HardCounts, SinglePrecisionAndTheGeneralPathAgree) {
  const at::Tensor x = (at::arange(2 * 4 * 60, at::kFloat) * 1.7).sin().view({2, 4, 6, 10});
  const at::Tensor target = at::arange(120, at::kLong).remainder(5).view({2, 6, 10}).to(at::kShort);
  const LossOptions options{{}, 4, false, 1e-5};
  const HardCounts fast = hard_counts(x, target, options);
  const HardCounts general = hard_counts(x.to(at::kDouble), target, options);
  EXPECT_EQ(fast.true_positive, general.true_positive);
  EXPECT_EQ(fast.false_positive, general.false_positive);
  EXPECT_EQ(fast.false_negative, general.false_negative);
}

TEST(HardCounts, RegionsOverlap) {
  const at::Tensor x = at::tensor({1.0F, -1.0F, 1.0F, 1.0F}).view({1, 2, 1, 2});
  const at::Tensor target = at::tensor({1, 2}, at::kShort).view({1, 1, 2});
  const HardCounts counts = hard_counts(x, target, {{{1, 2}, {2}}, {}, false, 1e-5});
  EXPECT_EQ(counts.true_positive, (std::vector<double>{1, 1}));
  EXPECT_EQ(counts.false_positive, (std::vector<double>{0, 1}));
  EXPECT_EQ(counts.false_negative, (std::vector<double>{1, 0}));
}

}  // namespace
}  // namespace nnflow::networks
