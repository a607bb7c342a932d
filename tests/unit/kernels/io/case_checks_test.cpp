// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "io/kernels/case_checks.hpp"

#include <limits>
#include <vector>

#include <gtest/gtest.h>

namespace {
using namespace nnflow::io;

TEST(CaseChecks, FindsTheFirstNanOrInfinity) {
  std::vector<float> values(10000, 1.0F);
  EXPECT_FALSE(first_not_finite(values));
  EXPECT_FALSE(first_not_finite({}));
  values[9999] = std::numeric_limits<float>::infinity();
  EXPECT_EQ(first_not_finite(values), 9999U);
  values[4096] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(first_not_finite(values), 4096U);
  values[0] = -std::numeric_limits<float>::infinity();
  EXPECT_EQ(first_not_finite(values), 0U);
}

TEST(CaseChecks, LargestFloatIsFinite) {
  EXPECT_FALSE(first_not_finite(std::vector<float>{std::numeric_limits<float>::max(),
                                                   std::numeric_limits<float>::denorm_min()}));
}

TEST(CaseChecks, CoordinatesAreSlowestFirst) {
  EXPECT_EQ(coordinates(0, {2, 3, 4}), (nnflow::imaging::Extent3{0, 0, 0}));
  EXPECT_EQ(coordinates(23, {2, 3, 4}), (nnflow::imaging::Extent3{1, 2, 3}));
  EXPECT_EQ(coordinates(17, {2, 3, 4}), (nnflow::imaging::Extent3{1, 1, 1}));
}

TEST(CaseChecks, ListsUndeclaredValuesOnceAndSorted) {
  const std::vector<std::int16_t> labels{0, 1, 7, 2, 7, -1, 3, 32767};
  EXPECT_EQ(undeclared_values(labels, std::vector<std::int64_t>{0, 1, 2, 3}),
            (std::vector<std::int16_t>{-1, 7, 32767}));
  EXPECT_TRUE(
      undeclared_values(labels, std::vector<std::int64_t>{7, 3, 2, 1, 0, -1, 32767}).empty());
  EXPECT_TRUE(undeclared_values({}, std::vector<std::int64_t>{}).empty());
}

TEST(CaseChecks, SpacingsAgreeWithinNumpysTolerance) {
  EXPECT_TRUE(spacings_agree({1.0, 2.0, 3.0}, {1.0, 2.0, 3.0}));
  EXPECT_TRUE(spacings_agree({1.00001, 2.0, 3.0}, {1.0, 2.0, 3.0}));
  EXPECT_FALSE(spacings_agree({1.00002, 2.0, 3.0}, {1.0, 2.0, 3.0}));
  EXPECT_FALSE(spacings_agree({1.0, 2.0, 3.1}, {1.0, 2.0, 3.0}));
}

}  // namespace
