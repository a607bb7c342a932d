// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>

namespace nnflow::runtime {

/// Admission of a source's items: a count and a sum of bytes in flight. The first `always` items in
/// flight enter whatever they cost, because a group holds its members until it is full.
/// Thread-safe.
class Admission {
 public:
  Admission(std::uint64_t limit, std::uint64_t always, std::uint64_t bytes)
      : limit_(limit), always_(always), bytes_limit_(bytes) {}
  /// Takes a place, unless the budget is used up. An item above the byte budget runs alone, or in
  /// its group.
  bool enter(std::uint64_t bytes) {
    const std::scoped_lock lock(mutex_);
    if (count_ >= always_ && (count_ >= limit_ || bytes_ + bytes > bytes_limit_)) return false;
    ++count_;
    bytes_ += bytes;
    return true;
  }
  /// Makes room for one item more than are in flight now, whatever it costs.
  void grow() {
    const std::scoped_lock lock(mutex_);
    always_ = count_ + 1;
  }
  void leave(std::uint64_t bytes) {
    const std::scoped_lock lock(mutex_);
    --count_;
    bytes_ -= bytes;
  }

 private:
  std::mutex mutex_;
  std::uint64_t limit_;
  std::uint64_t always_;  ///< at least 1
  std::uint64_t bytes_limit_;
  std::uint64_t count_ = 0;
  std::uint64_t bytes_ = 0;
};

class RunState;
struct StreamPlan;

/// The admission of a source of a plan whose group sizes are known: its share of the run's budgets.
[[nodiscard]] std::shared_ptr<Admission> make_admission(const RunState& state,
                                                        const StreamPlan& plan,
                                                        std::size_t source);

}  // namespace nnflow::runtime
