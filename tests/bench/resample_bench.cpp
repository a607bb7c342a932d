// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "resample/kernels/resample.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <limits>
#include <vector>

#include "filled.hpp"

// What a case is resampled with, from kFrom to kTo: voxels and bytes of the result by the second,
// and `of_memcpy`, those bytes beside what memcpy copies of the same volume in the same run.
// tests/peer/bench_resample gives nnU-Net the same work.

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

template <class T>
std::vector<T> result() {
  return std::vector<T>(static_cast<std::size_t>(imaging::voxel_count(kTo)));
}

/// Bytes by the second of the best of some copies of a volume of kTo.
template <class T>
double copied_by_the_second() {
  static const double kRate = [] {
    constexpr int kTries = 20;
    const auto source = result<T>();
    auto target = source;
    double best = std::numeric_limits<double>::max();
    for (int i = 0; i < kTries; ++i) {
      const auto begin = std::chrono::steady_clock::now();
      std::memcpy(target.data(), source.data(), source.size() * sizeof(T));
      benchmark::ClobberMemory();
      const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
      best = std::min(best, taken.count());
    }
    return static_cast<double>(source.size() * sizeof(T)) / best;
  }();
  return kRate;
}

template <class T>
void count(benchmark::State& state) {
  const std::int64_t voxels = state.iterations() * imaging::voxel_count(kTo);
  state.SetItemsProcessed(voxels);
  state.SetBytesProcessed(voxels * static_cast<std::int64_t>(sizeof(T)));
  state.counters["of_memcpy"] = benchmark::Counter(
      static_cast<double>(imaging::voxel_count(kTo)) * sizeof(T) / copied_by_the_second<T>(),
      benchmark::Counter::kIsIterationInvariantRate);
}

template <class T>
void memcpy_volume(benchmark::State& state) {
  const auto source = result<T>();
  auto target = source;
  for ([[maybe_unused]] auto _ : state) {
    std::memcpy(target.data(), source.data(), source.size() * sizeof(T));
    benchmark::ClobberMemory();
  }
  count<T>(state);
}

void channels(benchmark::State& state, Order order, SeparateZ separate) {
  const auto source = image(kFrom);
  auto target = result<float>();
  for ([[maybe_unused]] auto _ : state) {
    resample_channels(source, kFrom, target, kTo, order, separate,
                      static_cast<int>(state.range(0)));
    benchmark::ClobberMemory();
  }
  count<float>(state);
}

void label_map(benchmark::State& state, SeparateZ separate) {
  const auto source = bench::block_labels(kFrom);
  auto target = result<std::int16_t>();
  for ([[maybe_unused]] auto _ : state) {
    resample_labels(source, kFrom, target, kTo, Order::kLinear, separate);
    benchmark::ClobberMemory();
  }
  count<std::int16_t>(state);
}

BENCHMARK_TEMPLATE(memcpy_volume, float)->Unit(benchmark::kMillisecond);
BENCHMARK_TEMPLATE(memcpy_volume, std::int16_t)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(channels, cubic, Order::kCubic, SeparateZ{})
    ->Arg(1)
    ->Arg(2)
    ->MeasureProcessCPUTime()
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(channels, cubic_separate_z, Order::kCubic, SeparateZ{0})
    ->Arg(1)
    ->MeasureProcessCPUTime()
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(channels, linear, Order::kLinear, SeparateZ{})
    ->Arg(1)
    ->MeasureProcessCPUTime()
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(label_map, linear, SeparateZ{})->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(label_map, separate_z, SeparateZ{0})->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace nnflow::resample
