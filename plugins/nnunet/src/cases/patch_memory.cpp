// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "nnflow/nnunet/patch_memory.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <mutex>

namespace nnflow::nnunet {
namespace {

constexpr std::size_t kKeptBytes = std::size_t{512} << 20U;
constexpr std::size_t kSmallBytes = std::size_t{64} << 10U;  // below this the heap serves as well
constexpr std::uintptr_t kLargePage = std::uintptr_t{2} << 20U;

/// Kept bytes of the stores of all types.
class Budget {
 public:
  bool take(std::size_t bytes) {
    const std::scoped_lock lock(mutex_);
    if (bytes > kKeptBytes - kept_) return false;
    kept_ += bytes;
    return true;
  }
  void give_back(std::size_t bytes) {
    const std::scoped_lock lock(mutex_);
    kept_ -= bytes;
  }

 private:
  std::mutex mutex_;
  std::size_t kept_ = 0;
};

Budget& budget() {
  // Never destroyed: patches may be given back while a process ends.
  static Budget& budget = *new Budget;
  return budget;
}

template <class T>
class Store {
 public:
  std::vector<T> take(std::size_t values) {
    {
      const std::scoped_lock lock(mutex_);
      const auto found = std::find_if(kept_.rbegin(), kept_.rend(),
                                      [&](const auto& one) { return one.size() == values; });
      if (found != kept_.rend()) {
        std::vector<T> memory = std::move(*found);
        kept_.erase(std::next(found).base());
        budget().give_back(values * sizeof(T));
        return memory;
      }
    }
    std::vector<T> memory;
    memory.reserve(values);
    // Large pages: fewer faults now, and fewer misses when the patch is read at an angle.
    const auto first =
        (reinterpret_cast<std::uintptr_t>(memory.data()) + kLargePage - 1) & ~(kLargePage - 1);
    const auto last = reinterpret_cast<std::uintptr_t>(memory.data() + memory.capacity());
    if (first + kLargePage <= last) {
      (void)::madvise(reinterpret_cast<void*>(first), (last - first) & ~(kLargePage - 1),
                      MADV_HUGEPAGE);
    }
    memory.resize(values);
    return memory;
  }

  void give_back(std::vector<T> memory) {
    const std::size_t bytes = memory.size() * sizeof(T);
    if (bytes < kSmallBytes) return;
    const std::scoped_lock lock(mutex_);
    while (!budget().take(bytes)) {
      // The oldest sizes are those of an earlier training.
      if (kept_.empty()) return;
      budget().give_back(kept_.front().size() * sizeof(T));
      kept_.erase(kept_.begin());
    }
    kept_.push_back(std::move(memory));
  }

 private:
  std::mutex mutex_;
  std::vector<std::vector<T>> kept_;
};

template <class T>
Store<T>& store() {
  static Store<T>& store = *new Store<T>;
  return store;
}

}  // namespace

std::vector<float> take_image_memory(std::size_t values) { return store<float>().take(values); }

std::vector<std::int16_t> take_seg_memory(std::size_t values) {
  return store<std::int16_t>().take(values);
}

void give_back_memory(std::vector<float> image) { store<float>().give_back(std::move(image)); }

void give_back_memory(std::vector<std::int16_t> seg) {
  store<std::int16_t>().give_back(std::move(seg));
}

}  // namespace nnflow::nnunet
