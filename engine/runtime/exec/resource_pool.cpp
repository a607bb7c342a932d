// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0

#include "resource_pool.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace nnflow::runtime {

bool ResourcePool::take(const Needs& needs) {
  const bool free = std::all_of(needs.begin(), needs.end(), [this](const auto& need) {
    const auto taken = taken_.find(need.first);
    return (taken == taken_.end() ? 0 : taken->second) + amount(need.second) <= capacity_;
  });
  if (!free) return false;
  for (const auto& [name, count] : needs) taken_[name] += amount(count);
  return true;
}

void ResourcePool::acquire(const Needs& needs, std::function<void()> start) {
  {
    const std::scoped_lock lock(mutex_);
    if (!waiting_.empty() || !take(needs)) {
      waiting_.push_back({&needs, std::move(start)});
      return;
    }
  }
  start();
}

void ResourcePool::release(const Needs& needs) {
  std::vector<std::function<void()>> ready;
  {
    const std::scoped_lock lock(mutex_);
    for (const auto& [name, count] : needs) taken_[name] -= amount(count);
    while (!waiting_.empty() && take(*waiting_.front().needs)) {
      ready.push_back(std::move(waiting_.front().start));
      waiting_.pop_front();
    }
  }
  for (const auto& start : ready) start();
}

}  // namespace nnflow::runtime
