// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "ensemble/kernels/decide_labels.hpp"

#include <gtest/gtest.h>

#include <random>
#include <stdexcept>
#include <vector>

namespace nnflow::ensemble {
namespace {

using Labels = std::vector<std::int16_t>;

Labels decide(const std::vector<float>& probabilities,
              std::size_t voxels,
              const Labels& regions = {},
              int threads = 1) {
  Labels labels(voxels, -7);
  decide_labels(probabilities, regions, labels, threads);
  return labels;
}

TEST(DecideLabels, TakesTheFirstHighestHead) {
  EXPECT_EQ(decide({0.2F, 0.4F, 0.1F, 0.5F, 0.4F, 0.1F, 0.3F, 0.2F, 0.8F}, 3), (Labels{1, 0, 2}));
}

TEST(DecideLabels, LetsTheLastRegionAboveOneHalfWin) {
  EXPECT_EQ(decide({0.9F, 0.9F, 0.9F, 0.5F, 0.51F, 0.51F, 0.0F, 0.0F, 0.8F}, 3, {1, 2, 3}),
            (Labels{1, 2, 3}));
  EXPECT_EQ(decide({0.5F, 0.4F}, 2, {4}), (Labels{0, 0}));
}

TEST(DecideLabels, GivesTheSameLabelsWithAnyNumberOfThreads) {
  std::mt19937 random(3);
  std::uniform_real_distribution<float> uniform;
  constexpr std::size_t kVoxels = 20001;
  std::vector<float> probabilities(3 * kVoxels);
  for (float& value : probabilities) value = uniform(random);
  EXPECT_EQ(decide(probabilities, kVoxels, {}, 5), decide(probabilities, kVoxels));
  EXPECT_EQ(decide(probabilities, kVoxels, {2, 1, 5}, 5),
            decide(probabilities, kVoxels, {2, 1, 5}));
}

TEST(DecideLabels, RefusesProbabilitiesThatDoNotFit) {
  EXPECT_THROW(decide({0.1F, 0.2F, 0.3F}, 2), std::invalid_argument);
  EXPECT_THROW(decide({0.1F, 0.2F}, 2, {1, 2}), std::invalid_argument);
}

TEST(Divide, DividesInFloat32) {
  std::vector<float> sums{1.0F, 2.0F, 0.7F};
  divide(sums, 3, 2);
  EXPECT_EQ(sums, (std::vector<float>{1.0F / 3.0F, 2.0F / 3.0F, 0.7F / 3.0F}));
}

}  // namespace
}  // namespace nnflow::ensemble
