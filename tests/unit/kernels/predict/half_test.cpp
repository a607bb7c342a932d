// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "nnflow/imaging/half.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

namespace nnflow::imaging {
namespace {

float value_of(std::uint32_t half) {  // half >= 0, finite
  const std::uint32_t exponent = half >> 10U;
  const auto mantissa = static_cast<float>(half & 0x3FFU);
  if (exponent == 0) return std::ldexp(mantissa, -24);
  return std::ldexp(1024.0F + mantissa, static_cast<int>(exponent) - 25);
}

TEST(RoundToHalf, KeepsEveryHalfAndRoundsMidpointsToEven) {
  for (std::uint32_t bits = 0; bits < 0x7BFFU; ++bits) {
    const float value = value_of(bits);
    const float next = value_of(bits + 1);
    ASSERT_EQ(round_to_half(value), value);
    ASSERT_EQ(round_to_half(-static_cast<double>(value)), -value);
    const double middle =
        (static_cast<double>(value) + static_cast<double>(next)) / 2.0;  // exact in float too
    const float even = bits % 2 == 0 ? value : next;
    ASSERT_EQ(round_to_half(middle), even) << bits;
    ASSERT_EQ(round_to_half(static_cast<float>(middle)), even) << bits;
    ASSERT_EQ(round_to_half(std::nextafter(middle, 1e9)), next);
    ASSERT_EQ(round_to_half(std::nextafter(middle, 0.0)), value);
    ASSERT_EQ(round_to_half(std::nextafter(static_cast<float>(middle), 1e9F)), next);
    ASSERT_EQ(round_to_half(std::nextafter(static_cast<float>(-middle), 0.0F)), -value);
  }
}

TEST(RoundToHalf, OverflowsFromTheMidpointBeyondTheLargestHalf) {
  EXPECT_EQ(round_to_half(65519.996F), 65504.0F);
  EXPECT_TRUE(std::isinf(round_to_half(65520.0F)));
  EXPECT_TRUE(std::isinf(round_to_half(65520.0)));
  EXPECT_EQ(round_to_half(-1e30), -std::numeric_limits<float>::infinity());
}

TEST(RoundToHalf, KeepsNanAndTheSignOfZero) {
  EXPECT_TRUE(std::isnan(round_to_half(std::nanf(""))));
  EXPECT_TRUE(std::isnan(round_to_half(std::nan(""))));
  EXPECT_TRUE(std::signbit(round_to_half(-0.0F)));
  EXPECT_TRUE(std::signbit(round_to_half(-1e-12)));
}

TEST(RoundToHalf, RoundsADoubleOnce) {
  const double value = 1.0 + 0x1p-11 + 0x1p-40;  // a float would drop the last bit and leave a tie
  EXPECT_EQ(round_to_half(value), 1.0F + 0x1p-10F);
  EXPECT_EQ(round_to_half(static_cast<float>(value)), 1.0F);
}

}  // namespace
}  // namespace nnflow::imaging
