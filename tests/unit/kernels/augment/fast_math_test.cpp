// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "augment/kernels/fast_math.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace nnflow::augment {
namespace {

TEST(FastMath, Log2IsCloseEverywhere) {
  for (float x = 1e-37F; x < 1e37F; x *= 1.00003F) {
    const double expected = std::log2(static_cast<double>(x));
    ASSERT_NEAR(fast_log2(x), expected, 2e-7 + std::abs(expected) * 1.2e-7) << x;
  }
  EXPECT_EQ(fast_log2(1.0F), 0.0F);
  EXPECT_LT(fast_log2(std::nextafter(1.0F, 0.0F)), 0.0F);
}

TEST(FastMath, Exp2IsCloseEverywhere) {
  for (float x = -125.9F; x < 126.9F; x += 0.0007F) {
    const double expected = std::exp2(static_cast<double>(x));
    ASSERT_NEAR(fast_exp2(x) / expected, 1.0, 3e-7) << x;
  }
  EXPECT_EQ(fast_exp2(-500.0F), 0.0F);
  EXPECT_EQ(fast_exp2(0.0F), 1.0F);
}

TEST(FastMath, PowIsCloseOnTheUnitInterval) {
  for (const float y : {0.01F, 0.3F, 0.7F, 1.0F, 1.5F, 4.0F}) {
    for (int i = 0; i <= 100'000; ++i) {
      const float x = static_cast<float>(i) * 1e-5F;
      ASSERT_NEAR(fast_pow(x, y), std::pow(static_cast<double>(x), static_cast<double>(y)), 5e-7)
          << x << " to the " << y;
    }
    EXPECT_EQ(fast_pow(0.0F, y), 0.0F);
  }
}

}  // namespace
}  // namespace nnflow::augment
