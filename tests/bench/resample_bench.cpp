// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "resample/kernels/resample.hpp"

#include <benchmark/benchmark.h>

#include <cstring>
#include <vector>

namespace nnflow::resample {
namespace {

constexpr Extent3 kFrom{96, 256, 256};
constexpr Extent3 kTo{120, 220, 220};

std::vector<float> image(const Extent3& extent) {
  std::vector<float> values(static_cast<std::size_t>(imaging::voxel_count(extent)));
  unsigned state = 1;
  for (float& value : values)
    value = static_cast<float>((state = state * 1664525U + 1013904223U) >> 20U);
  return values;
}

std::vector<std::int16_t> labels(const Extent3& extent) {
  std::vector<std::int16_t> values;
  for (std::int64_t z = 0; z < extent[0]; ++z) {
    for (std::int64_t y = 0; y < extent[1]; ++y) {
      for (std::int64_t x = 0; x < extent[2]; ++x) {
        values.push_back(static_cast<std::int16_t>((z / 30 + y / 50 + x / 60) % 5));
      }
    }
  }
  return values;
}

void count(benchmark::State& state) {
  state.SetItemsProcessed(state.iterations() *
                          imaging::voxel_count(kTo));  // output voxels per second
}

void memcpy_volume(benchmark::State& state) {
  const auto source = image(kTo);
  std::vector<float> target(source.size());
  for ([[maybe_unused]] auto _ : state) {
    std::memcpy(target.data(), source.data(), source.size() * sizeof(float));
    benchmark::ClobberMemory();
  }
  count(state);
}

void channels(benchmark::State& state, Order order, SeparateZ separate) {
  const auto source = image(kFrom);
  std::vector<float> target(static_cast<std::size_t>(imaging::voxel_count(kTo)));
  for ([[maybe_unused]] auto _ : state) {
    resample_channels(source, kFrom, target, kTo, order, separate,
                      static_cast<int>(state.range(0)));
    benchmark::ClobberMemory();
  }
  count(state);
}

void label_map(benchmark::State& state, SeparateZ separate) {
  const auto source = labels(kFrom);
  std::vector<std::int16_t> target(static_cast<std::size_t>(imaging::voxel_count(kTo)));
  for ([[maybe_unused]] auto _ : state) {
    resample_labels(source, kFrom, target, kTo, Order::kLinear, separate);
    benchmark::ClobberMemory();
  }
  count(state);
}

BENCHMARK(memcpy_volume)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(channels, cubic, Order::kCubic, SeparateZ{})
    ->Arg(1)
    ->Arg(2)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(channels, cubic_separate_z, Order::kCubic, SeparateZ{0})
    ->Arg(1)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(channels, linear, Order::kLinear, SeparateZ{})
    ->Arg(1)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(label_map, linear, SeparateZ{})->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(label_map, separate_z, SeparateZ{0})->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace nnflow::resample
