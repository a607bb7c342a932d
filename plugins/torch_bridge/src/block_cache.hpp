// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace nnflow::torch_bridge {

/// Large memory blocks that are kept for the next request of the same size class. A training step
/// asks for the same blocks as the one before; from the system each of them would come page by
/// page, zeroed. Blocks in use and kept together never exceed the most that was in use at once.
/// Thread-safe.
class BlockCache {
 public:
  static constexpr std::size_t kSmallest = std::size_t{1}
                                           << 20U;  ///< smaller requests are not for this class
  static constexpr std::size_t kAlignment = std::size_t{1} << 21U;

  BlockCache() = default;
  BlockCache(const BlockCache&) = delete;
  BlockCache& operator=(const BlockCache&) = delete;
  ~BlockCache();

  /// At least `bytes`, aligned to `kAlignment`, content undefined. Throws std::bad_alloc.
  [[nodiscard]] void* take(std::size_t bytes);
  /// Gives a block back; false when it is not one of this cache.
  bool give_back(void* block);
  /// Frees every kept block.
  void clear();

  [[nodiscard]] std::size_t kept_bytes() const;
  [[nodiscard]] std::size_t used_bytes() const;

 private:
  void trim(std::size_t limit);

  mutable std::mutex mutex_;
  std::unordered_map<void*, std::size_t> in_use_;   ///< block -> size class
  std::map<std::size_t, std::vector<void*>> kept_;  ///< by size class
  std::size_t used_ = 0;
  std::size_t kept_total_ = 0;
  std::size_t peak_ = 0;
};

}  // namespace nnflow::torch_bridge
