// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "block_cache.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <new>

namespace nnflow::torch_bridge {
namespace {

/// Rounded up to an eighth of a power of two, and to whole alignments: at most an eighth is wasted.
std::size_t size_class(std::size_t bytes) {
  const std::size_t step = std::max(std::bit_floor(bytes) / 8, BlockCache::kAlignment / 2);
  return (bytes + step - 1) / step * step;
}

}  // namespace

BlockCache::~BlockCache() { clear(); }

void* BlockCache::take(std::size_t bytes) {
  std::size_t size = size_class(bytes);
  const std::scoped_lock lock(mutex_);
  void* block = nullptr;
  // One that is somewhat larger costs less than clearing new pages.
  if (const auto found = kept_.lower_bound(size);
      found != kept_.end() && found->first <= size + size / 2) {
    size = found->first;
    block = found->second.back();
    found->second.pop_back();
    if (found->second.empty()) kept_.erase(found);
    kept_total_ -= size;
  }
  used_ += size;
  peak_ = std::max(peak_, used_);
  if (block == nullptr) {
    trim(peak_ - used_);
    if (::posix_memalign(&block, kAlignment, size) != 0) {
      used_ -= size;
      throw std::bad_alloc();
    }
    (void)::madvise(block, size, MADV_HUGEPAGE);  // fewer page faults; without it all is well too
  }
  in_use_.emplace(block, size);
  return block;
}

bool BlockCache::give_back(void* block) {
  const std::scoped_lock lock(mutex_);
  const auto found = in_use_.find(block);
  if (found == in_use_.end()) return false;
  const std::size_t size = found->second;
  in_use_.erase(found);
  used_ -= size;
  kept_[size].push_back(block);
  kept_total_ += size;
  return true;
}

void BlockCache::clear() {
  const std::scoped_lock lock(mutex_);
  trim(0);
  peak_ = used_;
}

/// Frees kept blocks, the largest first, until at most `limit` bytes are kept.
void BlockCache::trim(std::size_t limit) {
  while (kept_total_ > limit) {
    const auto largest = std::prev(kept_.end());
    std::free(largest->second.back());
    largest->second.pop_back();
    kept_total_ -= largest->first;
    if (largest->second.empty()) kept_.erase(largest);
  }
}

std::size_t BlockCache::kept_bytes() const {
  const std::scoped_lock lock(mutex_);
  return kept_total_;
}

std::size_t BlockCache::used_bytes() const {
  const std::scoped_lock lock(mutex_);
  return used_;
}

}  // namespace nnflow::torch_bridge
