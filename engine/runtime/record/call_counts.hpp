// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace nnflow::runtime {

/// What the calls of one stage add up to. Threads add to places of their own, so that a call costs
/// neither a locked instruction nor a cache line that another core has. Sums read meanwhile may be
/// a call behind. Thread-safe.
class CallCounts {
 public:
  struct Sum {
    std::uint64_t done = 0;  ///< items
    std::uint64_t busy = 0;  ///< ticks of the run's CallClock
    std::uint64_t bytes_out = 0;
  };

  void add(std::uint64_t done, std::uint64_t busy, std::uint64_t bytes_out) {
    const std::size_t place = place_of_thread();
    if (place < kOwned) {
      Place& own = places_[place];
      plus(own.done, done);
      plus(own.busy, busy);
      plus(own.bytes_out, bytes_out);
      return;
    }
    Place& shared = places_[kOwned];
    shared.done.fetch_add(done, std::memory_order_relaxed);
    shared.busy.fetch_add(busy, std::memory_order_relaxed);
    shared.bytes_out.fetch_add(bytes_out, std::memory_order_relaxed);
  }

  [[nodiscard]] Sum sum() const {
    Sum sum;
    for (const Place& place : places_) {
      sum.done += place.done.load(std::memory_order_relaxed);
      sum.busy += place.busy.load(std::memory_order_relaxed);
      sum.bytes_out += place.bytes_out.load(std::memory_order_relaxed);
    }
    return sum;
  }

 private:
  static constexpr std::size_t kOwned = 15;  ///< threads of the process with a place of their own
  static constexpr std::size_t kCacheLine = 64;
  struct alignas(kCacheLine) Place {
    std::atomic<std::uint64_t> done{0};
    std::atomic<std::uint64_t> busy{0};
    std::atomic<std::uint64_t> bytes_out{0};
  };

  static void plus(std::atomic<std::uint64_t>& of_this_thread, std::uint64_t value) {
    of_this_thread.store(of_this_thread.load(std::memory_order_relaxed) + value,
                         std::memory_order_relaxed);
  }

  /// The same for all stages; given to threads in the order of their first call.
  static std::size_t place_of_thread() {
    static std::atomic<std::size_t> given{0};
    thread_local const std::size_t place = given.fetch_add(1, std::memory_order_relaxed);
    return place;
  }

  std::array<Place, kOwned + 1> places_{};
};

}  // namespace nnflow::runtime
