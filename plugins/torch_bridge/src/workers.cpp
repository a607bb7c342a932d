// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "nnflow/torch_bridge/workers.hpp"

#include <ATen/Parallel.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdlib>
#include <string>
#include <string_view>

namespace nnflow::torch_bridge {

void for_each_on_workers(std::int64_t count,
                         int workers,
                         const std::function<void(std::int64_t)>& task) {
  std::atomic<std::int64_t> next{0};
  const auto team = std::min<std::int64_t>(workers, count);
  at::parallel_for(0, team, 1, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t worker = begin; worker < end; ++worker) {
      for (std::int64_t i = next++; i < count; i = next++) task(i);
    }
  });
}

namespace {

bool processor_has_bfloat16() {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx512bf16") != 0 && __builtin_cpu_supports("avx512bw") != 0 &&
         __builtin_cpu_supports("avx512vl") != 0 && __builtin_cpu_supports("avx512dq") != 0 &&
         __builtin_cpu_supports("fma") != 0;
#else
  return false;
#endif
}

}  // namespace

bool has_fast_bfloat16() {
  constexpr std::array<std::string_view, 7> kWithout{
      "SSE41", "AVX", "AVX2", "AVX2_VNNI", "AVX2_VNNI_2", "AVX512_CORE", "AVX512_CORE_VNNI"};
  for (const char* name : {"ONEDNN_MAX_CPU_ISA", "DNNL_MAX_CPU_ISA"}) {
    const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
    if (value == nullptr) continue;
    std::string isa(value);
    std::transform(isa.begin(), isa.end(), isa.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    if (std::find(kWithout.begin(), kWithout.end(), isa) != kWithout.end()) return false;
    break;
  }
  static const bool kHas = processor_has_bfloat16();
  return kHas;
}

}  // namespace nnflow::torch_bridge
