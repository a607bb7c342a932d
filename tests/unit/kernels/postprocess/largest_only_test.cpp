// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "postprocess/kernels/largest_only.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace nnflow::postprocess {
namespace {

using Labels = std::vector<std::int16_t>;
using Members = std::vector<std::int64_t>;

constexpr imaging::Extent3 kPlane{1, 8, 8};

Labels reference_case() {  // label 1 at (0,0), (1,1), touching by a corner, and at (5,5), (6,5)
  Labels labels(64, 0);
  labels[0] = labels[9] = labels[45] = labels[53] = 1;
  return labels;
}

TEST(KeepLargestComponents, KeepsAllComponentsOfEqualSize) {
  Labels labels = reference_case();
  EXPECT_EQ(keep_largest_components(labels, kPlane, Members{1}), 0);
  EXPECT_EQ(labels, reference_case());
}

TEST(KeepLargestComponents, RemovesASmallerComponentOfAnotherLabelListedWithIt) {
  Labels labels = reference_case();
  labels[7] = 2;
  EXPECT_EQ(keep_largest_components(labels, kPlane, Members{1, 2}), 1);
  EXPECT_EQ(labels, reference_case());
}

TEST(KeepLargestComponents, LeavesLabelsAloneThatAreNotListed) {
  Labels labels = reference_case();
  labels[7] = 2;
  labels[53] = 0;
  const Labels before = labels;
  EXPECT_EQ(keep_largest_components(labels, kPlane, Members{1}), 1);
  EXPECT_EQ(labels[7], 2);
  EXPECT_EQ(labels[45], 0);
  EXPECT_EQ(labels[0], before[0]);
}

TEST(KeepLargestComponents, ChangesNothingWithoutAnyMember) {
  Labels labels(64, 0);
  EXPECT_EQ(keep_largest_components(labels, kPlane, Members{1}), 0);
  EXPECT_EQ(labels, Labels(64, 0));
}

}  // namespace
}  // namespace nnflow::postprocess
