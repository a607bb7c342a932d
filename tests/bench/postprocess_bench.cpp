// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>

#include <random>
#include <vector>

#include "postprocess/kernels/export_labels.hpp"
#include "postprocess/kernels/export_probabilities.hpp"
#include "postprocess/kernels/largest_only.hpp"

namespace nnflow::postprocess {
namespace {

void export_three_heads(benchmark::State& state, LogitRounding rounding) {
  constexpr std::int64_t kHeads = 3;
  ExportGeometry geometry;
  geometry.grid = {96, 128, 128};
  geometry.crop = {{0, 0, 0}, {128, 256, 256}};
  geometry.uncropped = geometry.crop.upper;
  std::mt19937 random(1);
  std::normal_distribution<float> normal;
  std::vector<float> logits(kHeads * static_cast<std::size_t>(imaging::voxel_count(geometry.grid)));
  for (float& value : logits) value = normal(random);
  for (auto _ : state) {
    benchmark::DoNotOptimize(export_labels(logits, kHeads, geometry, {}, rounding, 1));
  }
  state.SetItemsProcessed(state.iterations() * imaging::voxel_count(geometry.uncropped));
  state.SetBytesProcessed(state.iterations() * (kHeads * imaging::voxel_count(geometry.grid) * 4 +
                                                imaging::voxel_count(geometry.uncropped) * 2));
}
BENCHMARK_CAPTURE(export_three_heads, single, LogitRounding::kSingle)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(export_three_heads, half, LogitRounding::kHalf)->Unit(benchmark::kMillisecond);

void export_three_probabilities(benchmark::State& state) {
  constexpr std::int64_t kHeads = 3;
  ExportGeometry geometry;
  geometry.grid = {96, 128, 128};
  geometry.crop = {{0, 0, 0}, {128, 256, 256}};
  geometry.uncropped = geometry.crop.upper;
  std::mt19937 random(1);
  std::normal_distribution<float> normal;
  std::vector<float> logits(kHeads * static_cast<std::size_t>(imaging::voxel_count(geometry.grid)));
  for (float& value : logits) value = normal(random);
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        export_probabilities(logits, kHeads, geometry, {}, LogitRounding::kHalf, 1));
  }
  state.SetItemsProcessed(state.iterations() * imaging::voxel_count(geometry.uncropped));
  state.SetBytesProcessed(
      state.iterations() * kHeads * 4 *
      (imaging::voxel_count(geometry.grid) + imaging::voxel_count(geometry.uncropped)));
}
BENCHMARK(export_three_probabilities)->Unit(benchmark::kMillisecond);

/// Balls of label 1 of different sizes, speckled.
void keep_largest(benchmark::State& state) {
  const imaging::Extent3 extent{128, 256, 256};
  std::mt19937 random(2);
  std::vector<std::int16_t> labels;
  for (std::int64_t z = 0; z < extent[0]; ++z) {
    for (std::int64_t y = 0; y < extent[1]; ++y) {
      for (std::int64_t x = 0; x < extent[2]; ++x) {
        const std::int64_t dz = z % 64 - 32;
        const std::int64_t dy = y % 64 - 32;
        const std::int64_t dx = x % 64 - 32;
        const bool ball = dz * dz + dy * dy + dx * dx < 12 * 12 + 3 * (y / 64) + x / 64;
        labels.push_back(ball != (random() % 512 == 0) ? 1 : 0);
      }
    }
  }
  const std::vector<std::int64_t> members{1};
  for (auto _ : state) {
    state.PauseTiming();
    auto copy = labels;
    state.ResumeTiming();
    benchmark::DoNotOptimize(keep_largest_components(copy, extent, members));
  }
  state.SetItemsProcessed(state.iterations() * imaging::voxel_count(extent));
  state.SetBytesProcessed(state.iterations() * imaging::voxel_count(extent) * 2 * 2);
}
BENCHMARK(keep_largest)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace nnflow::postprocess
