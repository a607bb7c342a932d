// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "cpu_allocator.hpp"

#include <c10/core/CPUAllocator.h>
#include <c10/core/impl/alloc_cpu.h>

#include <cstring>

#include "block_cache.hpp"

namespace nnflow::torch_bridge {
namespace {

/// Never destroyed: tensors in static storage may outlive everything.
BlockCache& cache() {
  static auto* const blocks = new BlockCache();
  return *blocks;
}

void release(void* data) {
  if (data != nullptr && !cache().give_back(data)) c10::free_cpu(data);
}

class CachingAllocator final : public c10::Allocator {
 public:
  c10::DataPtr allocate(std::size_t bytes) override {
    void* data = bytes < BlockCache::kSmallest ? c10::alloc_cpu(bytes) : cache().take(bytes);
    return {data, data, &release, c10::Device(c10::DeviceType::CPU)};
  }
  c10::DeleterFnPtr raw_deleter() const override { return &release; }
  void copy_data(void* target, const void* source, std::size_t bytes) const override {
    std::memcpy(target, source, bytes);
  }
};

}  // namespace

void install_cpu_allocator() {
  static auto* const allocator = [] {
    auto* const created = new CachingAllocator();
    c10::SetCPUAllocator(created, /*priority=*/1);
    return created;
  }();
  (void)allocator;
}

void release_cpu_blocks() { cache().clear(); }

}  // namespace nnflow::torch_bridge
