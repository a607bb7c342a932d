// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>

#include <cstring>
#include <vector>

#include "normalise/kernels/schemes.hpp"

namespace nnflow::normalise {
namespace {

constexpr std::size_t kVoxels = std::size_t{128} * 256 * 256;

std::vector<float> image() {
  std::vector<float> values(kVoxels);
  unsigned state = 1;
  for (float& value : values)
    value = static_cast<float>((state = state * 1664525U + 1013904223U) >> 20U);
  return values;
}

/// `bytes` by voxel: what is read once and written once.
void count(benchmark::State& state, std::size_t bytes = 2 * sizeof(float)) {
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kVoxels));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(kVoxels * bytes));
}

void memcpy_volume(benchmark::State& state) {
  const auto source = image();
  std::vector<float> target(source.size());
  for ([[maybe_unused]] auto _ : state) {
    std::memcpy(target.data(), source.data(), source.size() * sizeof(float));
    benchmark::ClobberMemory();
  }
  count(state);
}

void whole_zscore(benchmark::State& state) {
  auto voxels = image();
  for ([[maybe_unused]] auto _ : state) {
    zscore(voxels);
    benchmark::ClobberMemory();
  }
  count(state);
}

void zscore_in_mask(benchmark::State& state) {
  auto voxels = image();
  std::vector<std::int16_t> labels(kVoxels, -1);
  for (std::size_t i = kVoxels / 4; i < kVoxels; ++i) labels[i] = 0;
  for ([[maybe_unused]] auto _ : state) {
    masked_zscore(voxels, labels);
    benchmark::ClobberMemory();
  }
  count(state, 2 * sizeof(float) + sizeof(std::int16_t));
}

void ct_window(benchmark::State& state) {
  auto voxels = image();
  for ([[maybe_unused]] auto _ : state) {
    ct(voxels, {100.0, 50.0, -2.0, 2.0});
    benchmark::ClobberMemory();
  }
  count(state);
}

BENCHMARK(memcpy_volume)->Unit(benchmark::kMillisecond);
BENCHMARK(whole_zscore)->Unit(benchmark::kMillisecond);
BENCHMARK(zscore_in_mask)->Unit(benchmark::kMillisecond);
BENCHMARK(ct_window)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace nnflow::normalise
