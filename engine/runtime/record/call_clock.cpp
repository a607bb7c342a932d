// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "call_clock.hpp"

#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace nnflow::runtime {
namespace {

/// Whether the time stamp counter runs at one rate in all power states (CPUID 8000'0007h, EDX bit
/// 8).
bool constant_rate() {
#if defined(__x86_64__)
  constexpr unsigned kPower = 0x80000007;
  constexpr unsigned kInvariantCounter = 1U << 8U;
  unsigned a = 0;
  unsigned b = 0;
  unsigned c = 0;
  unsigned d = 0;
  return __get_cpuid(kPower, &a, &b, &c, &d) != 0 && (d & kInvariantCounter) != 0;
#else
  return false;
#endif
}

}  // namespace

CallClock::CallClock(bool exact)
    : counter_(!exact && constant_rate()), first_system_(system_ticks()), first_(now()) {}

std::uint64_t CallClock::system_ticks() {
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(
                                        std::chrono::steady_clock::now().time_since_epoch())
                                        .count());
}

std::uint64_t CallClock::nanoseconds(std::uint64_t ticks) const {
  if (!counter_) return ticks;
  const std::uint64_t passed = between(first_, now());
  if (passed == 0) return 0;
  const double rate =
      static_cast<double>(between(first_system_, system_ticks())) / static_cast<double>(passed);
  return static_cast<std::uint64_t>(static_cast<double>(ticks) * rate);
}

CallClock::Time CallClock::time(std::uint64_t ticks) {
  return Time(std::chrono::duration_cast<Time::duration>(std::chrono::nanoseconds(ticks)));
}

}  // namespace nnflow::runtime
