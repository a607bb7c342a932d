// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>

namespace nnflow::runtime {

/// The clock that calls of stages are timed with. Where the processor counts at one rate at all
/// times, a reading costs a third of one of the system's clock, which is as much as the engine does
/// for a stage. The rate follows from the time since the clock was made: sums of durations are as
/// exact as the system's clock, single ones a few nanoseconds off at the start of a run.
/// Thread-safe.
class CallClock {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// `exact`: ticks are those of the system's clock, so that single times agree with it.
  explicit CallClock(bool exact);

  /// A number of ticks; never 0.
  [[nodiscard]] std::uint64_t now() const {
#if defined(__x86_64__)
    if (counter_) return __builtin_ia32_rdtsc();
#endif
    return system_ticks();
  }
  [[nodiscard]] std::uint64_t nanoseconds(std::uint64_t ticks) const;
  /// Only of an exact clock.
  [[nodiscard]] static Time time(std::uint64_t ticks);

  /// The time between two readings, perhaps of two cores.
  [[nodiscard]] static std::uint64_t between(std::uint64_t begin, std::uint64_t end) {
    return end > begin ? end - begin : 0;
  }

 private:
  [[nodiscard]] static std::uint64_t system_ticks();

  bool counter_ = false;
  std::uint64_t first_system_ = 0;
  std::uint64_t first_ = 0;
};

}  // namespace nnflow::runtime
