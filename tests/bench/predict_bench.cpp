// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>

#include <vector>

#include "predict/kernels/accumulate.hpp"
#include "predict/kernels/gaussian_weight.hpp"

namespace nnflow::predict {
namespace {

constexpr imaging::Extent3 kPatch{128, 128, 128};

void gaussian(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(gaussian_weight(kPatch));
  state.SetItemsProcessed(state.iterations() * imaging::voxel_count(kPatch));
}
BENCHMARK(gaussian)->Unit(benchmark::kMillisecond);

void add_tile(benchmark::State& state, SumPrecision precision) {
  constexpr std::int64_t kHeads = 3;
  const auto weights = gaussian_weight(kPatch);
  const std::vector<float> tile(kHeads * weights.size(), 0.5F);
  LogitSum sum(kHeads, kPatch, precision);
  for (auto _ : state) sum.add(tile, weights, kPatch, {0, 0, 0});
  state.SetItemsProcessed(state.iterations() * kHeads * imaging::voxel_count(kPatch));
}
BENCHMARK_CAPTURE(add_tile, single, SumPrecision::kSingle)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(add_tile, half, SumPrecision::kHalf)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace nnflow::predict
