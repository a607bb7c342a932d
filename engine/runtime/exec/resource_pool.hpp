// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>

namespace nnflow::runtime {

/// Exclusive resources ("device") that stages of one run share. Nobody waits in a thread: what
/// cannot start yet is queued, and starts, first come first served, when a holder lets go.
/// Thread-safe.
class ResourcePool {
 public:
  using Needs = std::map<std::string, int>;

  /// Every resource is there `capacity` times; a stage that declares more of one gets them all.
  explicit ResourcePool(int capacity = 1) : capacity_(capacity) {}
  /// Calls `start` as soon as `needs` are free, now or from a later `release`.
  void acquire(const Needs& needs, std::function<void()> start);
  /// Gives back what an `acquire` with the same `needs` took.
  void release(const Needs& needs);

 private:
  struct Waiting {
    const Needs* needs;
    std::function<void()> start;
  };
  [[nodiscard]] bool take(const Needs& needs);
  [[nodiscard]] int amount(int needed) const { return needed < capacity_ ? needed : capacity_; }

  std::mutex mutex_;
  int capacity_;
  std::map<std::string, int> taken_;
  std::deque<Waiting> waiting_;
};

}  // namespace nnflow::runtime
