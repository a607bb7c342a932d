// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "record/call_clock.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace nnflow::runtime {
namespace {

using std::chrono::steady_clock;

TEST(CallClock, AnExactOneAgreesWithTheSystem) {
  const CallClock clock(true);
  const auto before = steady_clock::now();
  const std::uint64_t ticks = clock.now();
  const auto after = steady_clock::now();
  EXPECT_LE(before, CallClock::time(ticks));
  EXPECT_LE(CallClock::time(ticks), after);
  EXPECT_EQ(clock.nanoseconds(123), 123U);
}

// Both clocks are read around the same wait, so that however long the machine stops in between, the
// outer reading bounds the inner one.
TEST(CallClock, MeasuresLikeTheSystem) {
  const CallClock clock(false);
  const auto outer = steady_clock::now();
  const std::uint64_t begin = clock.now();
  const auto inner = steady_clock::now();
  std::this_thread::sleep_for(std::chrono::milliseconds(30));
  const auto inner_end = steady_clock::now();
  const std::uint64_t end = clock.now();
  const auto outer_end = steady_clock::now();
  const auto measured = static_cast<double>(clock.nanoseconds(CallClock::between(begin, end)));
  const auto count = [](steady_clock::duration duration) {
    return std::chrono::duration<double, std::nano>(duration).count();
  };
  constexpr double kRate = 1e-3;  // of the rate, from less than a second
  EXPECT_GE(measured, count(inner_end - inner) * (1.0 - kRate));
  EXPECT_LE(measured, count(outer_end - outer) * (1.0 + kRate));
}

TEST(CallClock, NoTimeIsNegative) {
  EXPECT_EQ(CallClock::between(7, 5), 0U);
  EXPECT_EQ(CallClock::between(5, 7), 2U);
  EXPECT_EQ(CallClock(false).nanoseconds(0), 0U);
}

}  // namespace
}  // namespace nnflow::runtime
