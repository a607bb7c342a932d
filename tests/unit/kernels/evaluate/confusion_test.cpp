// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "evaluate/kernels/confusion.hpp"

#include <gtest/gtest.h>

namespace nnflow::evaluate {
namespace {

using Labels = std::vector<std::int16_t>;
using Regions = std::vector<std::vector<std::int64_t>>;

TEST(CountConfusion, CountsEveryLabel) {
  const Labels prediction{0, 1, 1, 2, 2, 0};
  const Labels reference{0, 1, 2, 2, 1, 1};
  const auto counts = count_confusion(prediction, reference, Regions{{1}, {2}}, std::nullopt);
  EXPECT_EQ(counts[0], (Counts{1, 1, 2, 2}));
  EXPECT_EQ(counts[1], (Counts{1, 1, 1, 3}));
}

TEST(CountConfusion, CountsOverlappingRegions) {
  const Labels prediction{1, 2, 3, 0};
  const Labels reference{2, 2, 0, 3};
  const auto counts =
      count_confusion(prediction, reference, Regions{{1, 2, 3}, {2, 3}, {3}}, std::nullopt);
  EXPECT_EQ(counts[0], (Counts{2, 1, 1, 0}));
  EXPECT_EQ(counts[1], (Counts{1, 1, 2, 0}));
  EXPECT_EQ(counts[2], (Counts{0, 1, 1, 2}));
}

TEST(CountConfusion, LeavesOutVoxelsWhoseReferenceIsIgnored) {
  const Labels prediction{1, 1, 0, 2};
  const Labels reference{1, 2, 2, 1};
  const auto counts = count_confusion(prediction, reference, Regions{{1}}, 2);
  EXPECT_EQ(counts[0], (Counts{1, 0, 1, 0}));
}

TEST(CountConfusion, RefusesDifferentSizes) {
  EXPECT_THROW((void)count_confusion(Labels{1}, Labels{1, 2}, Regions{{1}}, std::nullopt),
               std::invalid_argument);
}

}  // namespace
}  // namespace nnflow::evaluate
