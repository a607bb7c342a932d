// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace nnflow::runtime {

/// The calls into stages of a run on a time line, one row per thread: Chrome's trace format, which
/// Perfetto and chrome://tracing open. Thread-safe.
class Trace {
 public:
  using Clock = std::chrono::steady_clock;

  /// One call that began at `begin` and ends now, on the calling thread. `bytes` of its outputs.
  void add(std::string stage, std::string item, Clock::time_point begin, std::uint64_t bytes);
  /// The document. Times in microseconds since this object was made.
  [[nodiscard]] std::string to_json() const;

  /// A trace keeps this many calls; of the later ones it keeps only the number.
  static constexpr std::size_t kMostCalls = 1'000'000;

 private:
  struct Call {
    std::string stage;
    std::string item;
    Clock::time_point begin;
    Clock::time_point end;
    std::uint64_t bytes;
    int thread;
  };

  const Clock::time_point origin_ = Clock::now();
  mutable std::mutex mutex_;
  std::vector<Call> calls_;
  std::uint64_t left_out_ = 0;
  std::map<std::thread::id, int> threads_;
};

}  // namespace nnflow::runtime
