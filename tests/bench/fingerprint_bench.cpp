// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// What the fingerprint takes from every case and from all of them; items are voxels of a case, or
// samples drawn.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <vector>

#include "fingerprint/kernels/intensity_statistics.hpp"

namespace nnflow::fingerprint {
namespace {

std::vector<float> values(std::size_t count) {
  std::vector<float> result(count);
  unsigned state = 1;
  for (float& value : result)
    value = static_cast<float>((state = state * 1664525U + 1013904223U) >> 18U) * 0.1F - 500.0F;
  return result;
}

/// A quarter of the voxels has a label, in runs as long as those of organs.
void foreground(benchmark::State& state) {
  constexpr std::size_t kVoxels = std::size_t{128} * 256 * 256;
  const auto voxels = values(kVoxels);
  std::vector<std::int16_t> labels(kVoxels);
  for (std::size_t i = 0; i < kVoxels; ++i)
    labels[i] = static_cast<std::int16_t>(i % 256 >= 100 && i % 256 < 164 ? 1 : 0);
  for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(foreground_values(voxels, labels));
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kVoxels));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(kVoxels * (4 + 2 + 1)));
}

/// 20 cases of 100,000 foreground voxels, a million draws each, one channel; each draw is made
/// three times, since drawing anew takes less time than storing.
void statistics(benchmark::State& state) {
  constexpr std::int64_t kCases = 20;
  constexpr std::int64_t kSamples = 1'000'000;
  const std::vector<CaseForeground> cases(kCases, CaseForeground{{values(100'000)}, false});
  const auto threads = static_cast<int>(state.range(0));
  for ([[maybe_unused]] auto _ : state)
    benchmark::DoNotOptimize(intensity_statistics(cases, kSamples, threads));
  state.SetItemsProcessed(state.iterations() * kCases * kSamples);
}

BENCHMARK(foreground)->Unit(benchmark::kMillisecond);
BENCHMARK(statistics)
    ->Arg(1)
    ->Arg(2)
    ->ArgName("threads")
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

}  // namespace
}  // namespace nnflow::fingerprint
