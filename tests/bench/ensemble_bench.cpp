// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>

#include <random>
#include <vector>

#include "ensemble/kernels/decide_labels.hpp"

namespace nnflow::ensemble {
namespace {

constexpr std::size_t kVoxels = 128 * 256 * 256;

std::vector<float> probabilities(std::size_t heads) {
  std::mt19937 random(1);
  std::uniform_real_distribution<float> uniform;
  std::vector<float> values(heads * kVoxels);
  for (float& value : values) value = uniform(random);
  return values;
}

void decide(benchmark::State& state, const std::vector<std::int16_t>& regions) {
  const auto values = probabilities(3);
  std::vector<std::int16_t> labels(kVoxels);
  for (auto _ : state) {
    decide_labels(values, regions, labels, 1);
    benchmark::DoNotOptimize(labels.data());
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kVoxels));
  state.SetBytesProcessed(state.iterations() *
                          static_cast<std::int64_t>(kVoxels * (3 * sizeof(float) + 2)));
}
BENCHMARK_CAPTURE(decide, labels, {})->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(decide, regions, {1, 2, 3})->Unit(benchmark::kMillisecond);

void average(benchmark::State& state) {
  auto values = probabilities(3);
  for (auto _ : state) {
    divide(values, 2, 1);
    benchmark::DoNotOptimize(values.data());
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kVoxels));
  state.SetBytesProcessed(state.iterations() *
                          static_cast<std::int64_t>(kVoxels * 2 * 3 * sizeof(float)));
}
BENCHMARK(average)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace nnflow::ensemble
