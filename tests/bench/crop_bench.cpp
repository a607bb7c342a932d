// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>

#include <cstring>
#include <vector>

#include "crop/kernels/nonzero_box.hpp"
#include "crop/kernels/transpose.hpp"
#include "filled.hpp"

namespace nnflow::crop {
namespace {

using imaging::Extent3;

constexpr Extent3 kExtent{128, 256, 256};

/// A ball of values in a border of zeros, with noise of zeros inside.
std::vector<float> ball() {
  return bench::filled<float>(kExtent, [state = 1U](std::int64_t z, std::int64_t y,
                                                    std::int64_t x) mutable {
    state = state * 1664525U + 1013904223U;
    const std::int64_t r = (z - 64) * (z - 64) * 4 + (y - 128) * (y - 128) + (x - 128) * (x - 128);
    return r < 100 * 100 && state >> 28U != 0 ? 1.0F : 0.0F;
  });
}

/// `bytes` by voxel: what is read once and written once.
void count(benchmark::State& state, double bytes = 2 * sizeof(float)) {
  const std::int64_t voxels = state.iterations() * imaging::voxel_count(kExtent);
  state.SetItemsProcessed(voxels);
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes * static_cast<double>(voxels)));
}

void memcpy_volume(benchmark::State& state) {
  const auto source = ball();
  std::vector<float> target(source.size());
  for ([[maybe_unused]] auto _ : state) {
    std::memcpy(target.data(), source.data(), source.size() * sizeof(float));
    benchmark::ClobberMemory();
  }
  count(state);
}

void nonzero_box(benchmark::State& state) {
  const auto image = ball();
  const std::vector<std::int16_t> labels(image.size());
  std::size_t kept = 0;
  for ([[maybe_unused]] auto _ : state) {
    auto mask = nonzero_mask(image, kExtent);
    fill_holes(mask, kExtent);
    const imaging::Box3 box = bounding_box(mask, kExtent);
    std::vector<float> cropped(static_cast<std::size_t>(imaging::voxel_count(box.extent())));
    std::vector<std::int16_t> cropped_labels(cropped.size());
    kept = cropped.size();
    crop_channels(image, kExtent, box, cropped);
    crop_labels(labels, mask, kExtent, box, cropped_labels);
    benchmark::DoNotOptimize(cropped.data());
    benchmark::DoNotOptimize(cropped_labels.data());
  }
  const double share = static_cast<double>(kept) / static_cast<double>(image.size());
  count(state, (1.0 + share) * (sizeof(float) + sizeof(std::int16_t)));
}

void transpose_axes(benchmark::State& state, std::array<int, 3> order) {
  const auto source = ball();
  std::vector<float> target(source.size());
  for ([[maybe_unused]] auto _ : state) {
    transpose<float>(source, kExtent, order, target);
    benchmark::ClobberMemory();
  }
  count(state);
}

BENCHMARK(memcpy_volume)->Unit(benchmark::kMillisecond);
BENCHMARK(nonzero_box)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(transpose_axes, coarse_middle, {1, 0, 2})->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(transpose_axes, coarse_last, {2, 0, 1})->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(transpose_axes, reversed, {2, 1, 0})->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace nnflow::crop
