// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "torch_bridge/src/block_cache.hpp"

#include <gtest/gtest.h>

#include <cstdint>

namespace nnflow::torch_bridge {
namespace {

constexpr std::size_t kMiB = std::size_t{1} << 20U;

TEST(BlockCache, GivesTheSameBlockForTheSameSize) {
  BlockCache cache;
  void* first = cache.take(5 * kMiB);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(first) % BlockCache::kAlignment, 0U);
  EXPECT_TRUE(cache.give_back(first));
  EXPECT_EQ(cache.take(5 * kMiB - 100), first);
  EXPECT_TRUE(cache.give_back(first));
}

TEST(BlockCache, RefusesForeignBlocks) {
  BlockCache cache;
  int foreign = 0;
  EXPECT_FALSE(cache.give_back(&foreign));
}

TEST(BlockCache, KeepsNoMoreThanWasInUseAtOnce) {
  BlockCache cache;
  for (std::size_t i = 1; i <= 20; ++i) {
    void* block = cache.take(i * 10 * kMiB);
    cache.give_back(block);
    EXPECT_LE(cache.kept_bytes(), 2 * i * 10 * kMiB);
  }
  void* a = cache.take(100 * kMiB);
  void* b = cache.take(150 * kMiB);
  EXPECT_LE(cache.used_bytes() + cache.kept_bytes(), 300 * kMiB);
  cache.give_back(a);
  cache.give_back(b);
  cache.clear();
  EXPECT_EQ(cache.kept_bytes(), 0U);
  EXPECT_EQ(cache.used_bytes(), 0U);
}

}  // namespace
}  // namespace nnflow::torch_bridge
