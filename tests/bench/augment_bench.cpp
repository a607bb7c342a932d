// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// Transforms of one channel of a patch of 128^3 voxels, read as 205^3; items per second are output
// voxels; of_memcpy is the distance from the machine's limit: the time that copying a channel
// takes, as a part of the transform's time. What reads and writes a channel once could reach 1.
#include <benchmark/benchmark.h>

#include <chrono>
#include <cmath>
#include <limits>
#include <vector>

#include "augment/kernels/intensity/blank_rectangles.hpp"
#include "augment/kernels/intensity/brightness.hpp"
#include "augment/kernels/intensity/contrast.hpp"
#include "augment/kernels/intensity/gamma.hpp"
#include "augment/kernels/intensity/gaussian_blur.hpp"
#include "augment/kernels/intensity/gaussian_noise.hpp"
#include "augment/kernels/intensity/low_resolution.hpp"
#include "augment/kernels/intensity/median_filter.hpp"
#include "augment/kernels/intensity/sharpen.hpp"
#include "augment/kernels/local/brightness_gradient.hpp"
#include "augment/kernels/local/local_gamma.hpp"
#include "augment/kernels/spatial/axis_map.hpp"
#include "augment/kernels/spatial/mirror.hpp"
#include "augment/kernels/spatial/spatial.hpp"
#include "augment/kernels/target/downsample.hpp"

namespace nnflow::augment {
namespace {

using imaging::Extent3;

constexpr Extent3 kFrom{205, 205, 205};
constexpr Extent3 kTo{128, 128, 128};
constexpr std::int64_t kVoxels = imaging::voxel_count(kTo);

std::vector<float> image(const Extent3& extent) {
  std::vector<float> values(static_cast<std::size_t>(imaging::voxel_count(extent)));
  unsigned state = 1;
  for (float& v : values)
    v = static_cast<float>((state = state * 1664525U + 1013904223U) >> 9U) * 1e-6F;
  return values;
}

// Nested shells, so that boundaries have a realistic share of the voxels.
std::vector<std::int16_t> labels(const Extent3& extent, std::int16_t count) {
  std::vector<std::int16_t> values;
  for (std::int64_t z = 0; z < extent[0]; ++z) {
    for (std::int64_t y = 0; y < extent[1]; ++y) {
      for (std::int64_t x = 0; x < extent[2]; ++x) {
        const double r = std::sqrt(static_cast<double>(
            (z - 100) * (z - 100) + (y - 100) * (y - 100) + (x - 100) * (x - 100)));
        values.push_back(static_cast<std::int16_t>(std::max(0.0, count - 1 - r / 12.0)));
      }
    }
  }
  return values;
}

const SpatialParameters kTurn{true, volume_affine({0.3, -0.2, 0.25}, 1.2)};

// Seconds of the best of some copies of a channel.
double seconds_of_a_copy() {
  static const double kSeconds = [] {
    const auto source = image(kTo);
    auto target = source;
    double best = std::numeric_limits<double>::max();
    for (int i = 0; i < 20; ++i) {
      const auto begin = std::chrono::steady_clock::now();
      std::copy(source.begin(), source.end(), target.begin());
      benchmark::ClobberMemory();
      const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
      best = std::min(best, taken.count());
    }
    return best;
  }();
  return kSeconds;
}

void voxels(benchmark::State& state) {
  state.SetItemsProcessed(state.iterations() * kVoxels);
  state.counters["of_memcpy"] =
      benchmark::Counter(seconds_of_a_copy(), benchmark::Counter::kIsIterationInvariantRate);
}

void spatial_image(benchmark::State& state, const SpatialParameters& parameters) {
  const auto source = image(kFrom);
  std::vector<float> target(static_cast<std::size_t>(kVoxels));
  for ([[maybe_unused]] auto _ : state) transform_image(parameters, source, kFrom, target, kTo);
  voxels(state);
}

void spatial_label(benchmark::State& state,
                   const SpatialParameters& parameters,
                   std::int16_t count) {
  const auto source = labels(kFrom, count);
  std::vector<std::int16_t> target(static_cast<std::size_t>(kVoxels));
  for ([[maybe_unused]] auto _ : state) transform_label(parameters, source, kFrom, target, kTo);
  voxels(state);
}

void axis_map(benchmark::State& state, const AxisMap& map) {
  const auto source = image(kTo);
  auto values = source;
  for ([[maybe_unused]] auto _ : state) {
    apply_axis_map(map, std::span(source), kTo, std::span(values));
    benchmark::ClobberMemory();
  }
  voxels(state);
}

void downsample_targets(benchmark::State& state) {
  const auto source = labels(kTo, 4);
  for ([[maybe_unused]] auto _ : state) {
    for (std::int64_t part = 2; part <= 16; part *= 2) {
      const Extent3 to{kTo[0] / part, kTo[1] / part, kTo[2] / part};
      std::vector<std::int16_t> target(static_cast<std::size_t>(imaging::voxel_count(to)));
      downsample_nearest(std::span(source), kTo, std::span(target), to);
      benchmark::DoNotOptimize(target.data());
    }
  }
  voxels(state);
}

template <class F>
void in_place(benchmark::State& state, F transform) {
  const auto source = image(kTo);
  auto values = source;
  for ([[maybe_unused]] auto _ : state) {
    state.PauseTiming();
    values = source;
    state.ResumeTiming();
    transform(values);
  }
  voxels(state);
}

const std::vector<ChannelFactor> kFactor{{0, 1.2F}};
const Bump kBump{{0.4, 0.5, 0.6}, {40, 60, 80}};

BENCHMARK_CAPTURE(spatial_image, crop, SpatialParameters{})->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(spatial_image, turn, kTurn)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(spatial_label, turn_2_labels, kTurn, std::int16_t{2})
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(spatial_label, turn_8_labels, kTurn, std::int16_t{8})
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(in_place, noise, [](auto& v) {
  apply_noise({0.05, 3}, v);
}) -> Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(in_place, blur, [](auto& v) {
  apply_blur({{{0, {0.8, 0.8, 0.8}}}}, v, kTo);
}) -> Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(in_place, brightness, [](auto& v) { apply_brightness(kFactor, v, kVoxels); })
    -> Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(in_place, contrast, [](auto& v) { apply_contrast(kFactor, true, v, kVoxels); })
    -> Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(in_place, low_resolution, [](auto& v) {
  apply_low_resolution({{{0, {0.7F, 0.7F, 0.7F}}}}, v, kTo);
}) -> Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(in_place, gamma, [](auto& v) { apply_gamma(kFactor, false, v, kVoxels); })
    -> Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(in_place, mirror, [](auto& v) {
  apply_mirror({true, true, true}, std::span(v), kTo);
}) -> Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(in_place, local_gamma, [](auto& v) {
  apply_local_gamma(std::vector<LocalChange>{{0, kBump, 0.5}}, v, kTo);
}) -> Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(in_place, brightness_gradient, [](auto& v) {
  apply_brightness_gradient(std::vector<LocalChange>{{0, kBump, 2.0}}, v, kTo);
}) -> Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(in_place, sharpen, [](auto& v) { apply_sharpen(kFactor, v, kTo); })
    -> Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(in_place, median_3, [](auto& v) {
  apply_median_filter({{{0, 3}}}, v, kTo);
}) -> Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(in_place, median_7, [](auto& v) {
  apply_median_filter({{{0, 7}}}, v, kTo);
}) -> Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(in_place, blank_rectangles, [](auto& v) {
  apply_blank_rectangles(std::vector<BlankRectangle>{{0, {{10, 10, 10}, {52, 52, 52}}}}, v, kTo);
}) -> Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(axis_map, quarter_turn, quarter_turns(1, 0, 2))->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(axis_map, transpose, AxisMap{{1, 2, 0}, {}})->Unit(benchmark::kMillisecond);
BENCHMARK(downsample_targets)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace nnflow::augment
