// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "gate.hpp"

#include <utility>

namespace nnflow::runtime {

void Gate::kick(std::size_t source) {
  {
    const std::scoped_lock lock(mutex_);
    if (closed_) return;
    ++events_;
    if (resting_) {
      due_.push_back(source);
      changed_.notify_all();
      return;
    }
    ++entering_;
  }
  // Not under the lock: it may wait for a thread of the graph.
  start_(source);
  const std::scoped_lock lock(mutex_);
  --entering_;
}

std::uint64_t Gate::events() const {
  const std::scoped_lock lock(mutex_);
  return events_;
}

bool Gate::rest(std::uint64_t seen) {
  const std::scoped_lock lock(mutex_);
  if (events_ != seen || entering_ > 0) return false;
  resting_ = true;
  seen_ = seen;
  return true;
}

std::vector<std::size_t> Gate::wait(std::chrono::milliseconds longest) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, longest, [this] { return events_ != seen_; });
  resting_ = false;
  return std::exchange(due_, {});
}

std::vector<std::size_t> Gate::resume() {
  const std::scoped_lock lock(mutex_);
  resting_ = false;
  return std::exchange(due_, {});
}

void Gate::close() {
  const std::scoped_lock lock(mutex_);
  closed_ = true;
}

void Gate::hold() {
  const std::scoped_lock lock(mutex_);
  ++held_;
}

void Gate::let_go() {
  const std::scoped_lock lock(mutex_);
  --held_;
  ++events_;
  changed_.notify_all();
}

bool Gate::holds() const {
  const std::scoped_lock lock(mutex_);
  return held_ > 0;
}

}  // namespace nnflow::runtime
