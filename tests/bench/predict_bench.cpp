// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>

#include <vector>

#include "predict/kernels/accumulate.hpp"
#include "predict/kernels/gaussian_weight.hpp"
#include "predict/kernels/mirror.hpp"

namespace nnflow::predict {
namespace {

constexpr imaging::Extent3 kPatch{128, 128, 128};

void gaussian(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(gaussian_weight(kPatch));
  state.SetItemsProcessed(state.iterations() * imaging::voxel_count(kPatch));
  state.SetBytesProcessed(state.iterations() * imaging::voxel_count(kPatch) * 4);
}
BENCHMARK(gaussian)->Unit(benchmark::kMillisecond);

void add_tile(benchmark::State& state, SumPrecision precision) {
  constexpr std::int64_t kHeads = 3;
  const auto weights = gaussian_weight(kPatch);
  const std::vector<float> tile(kHeads * weights.size(), 0.5F);
  LogitSum sum(kHeads, kPatch, precision);
  for (auto _ : state) sum.add(tile, weights, kPatch, {0, 0, 0});
  state.SetItemsProcessed(state.iterations() * kHeads * imaging::voxel_count(kPatch));
  // Tile, weights and sums; sums are written.
  const std::int64_t sum_bytes = precision == SumPrecision::kHalf ? 2 : 4;
  state.SetBytesProcessed(state.iterations() * imaging::voxel_count(kPatch) *
                          (kHeads * (4 + 2 * sum_bytes) + 4));
}
BENCHMARK_CAPTURE(add_tile, single, SumPrecision::kSingle)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(add_tile, half, SumPrecision::kHalf)->Unit(benchmark::kMillisecond);

/// Both move 2 * 4 bytes a value, so memory is the limit.
void mirror_tile(benchmark::State& state) {
  const std::vector<float> tile(static_cast<std::size_t>(imaging::voxel_count(kPatch)), 0.5F);
  std::vector<float> out(tile.size());
  for (auto _ : state) {
    mirrored_tile(tile, kPatch, 1, {true, false, true}, out);
    benchmark::DoNotOptimize(out.data());
  }
  state.SetBytesProcessed(state.iterations() * 8 * imaging::voxel_count(kPatch));
}
BENCHMARK(mirror_tile)->Unit(benchmark::kMillisecond);

void add_mirrored_logits(benchmark::State& state) {
  constexpr std::int64_t kHeads = 3;
  const std::vector<float> logits(kHeads * static_cast<std::size_t>(imaging::voxel_count(kPatch)),
                                  0.5F);
  std::vector<float> sum(logits.size());
  for (auto _ : state) {
    add_mirrored(logits, kPatch, kHeads, {true, false, true}, false, sum);
    benchmark::DoNotOptimize(sum.data());
  }
  state.SetItemsProcessed(state.iterations() * kHeads * imaging::voxel_count(kPatch));
  state.SetBytesProcessed(state.iterations() * kHeads * imaging::voxel_count(kPatch) * 3 * 4);
}
BENCHMARK(add_mirrored_logits)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace nnflow::predict
