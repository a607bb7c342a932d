// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// Transforms of one patch of 128^3 voxels, read as 205^3; items per second are output voxels,
// patches for the whole pipeline.
#include <benchmark/benchmark.h>

#include <cmath>
#include <vector>

#include "augment/kernels/intensity/brightness.hpp"
#include "augment/kernels/intensity/contrast.hpp"
#include "augment/kernels/intensity/gamma.hpp"
#include "augment/kernels/intensity/gaussian_blur.hpp"
#include "augment/kernels/intensity/gaussian_noise.hpp"
#include "augment/kernels/intensity/low_resolution.hpp"
#include "augment/kernels/spatial/mirror.hpp"
#include "augment/kernels/spatial/spatial.hpp"
#include "augment/kernels/target/downsample.hpp"
#include "augment/kernels/target/masking.hpp"
#include "nnflow/rng.hpp"

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

void voxels(benchmark::State& state) { state.SetItemsProcessed(state.iterations() * kVoxels); }

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

// The default pipeline of one channel and one label map, draws included.
void default_pipeline(benchmark::State& state) {
  const auto source = image(kFrom);
  const auto source_label = labels(kFrom, 4);
  std::vector<float> values(static_cast<std::size_t>(kVoxels));
  std::vector<std::int16_t> label(values.size());
  Rng rng(1);
  for ([[maybe_unused]] auto _ : state) {
    const auto spatial = draw_spatial(rng, {}, false);
    transform_image(spatial, source, kFrom, values, kTo);
    transform_label(spatial, source_label, kFrom, label, kTo);
    if (draw_chance(rng, 0.1)) apply_noise(draw_noise(rng, {}), values);
    if (draw_chance(rng, 0.2)) apply_blur(draw_blur(rng, {}, 1, kTo), values, kTo);
    if (draw_chance(rng, 0.15)) apply_brightness(draw_brightness(rng, {}, 1), values, kVoxels);
    if (draw_chance(rng, 0.15)) apply_contrast(draw_contrast(rng, {}, 1), true, values, kVoxels);
    if (draw_chance(rng, 0.25)) apply_low_resolution(draw_low_resolution(rng, {}, 1), values, kTo);
    if (draw_chance(rng, 0.1)) apply_gamma(draw_gamma(rng, {}, 1), true, values, kVoxels);
    if (draw_chance(rng, 0.3)) apply_gamma(draw_gamma(rng, {}, 1), false, values, kVoxels);
    const auto flip = draw_mirror(rng, {true, true, true});
    apply_mirror(flip, std::span(values), kTo);
    apply_mirror(flip, std::span(label), kTo);
    replace_label(-1, 0, label);
    benchmark::DoNotOptimize(values.data());
  }
  state.SetItemsProcessed(state.iterations());
}

const std::vector<ChannelFactor> kFactor{{0, 1.2F}};

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
BENCHMARK(default_pipeline)->Unit(benchmark::kMillisecond)->Iterations(200);

}  // namespace
}  // namespace nnflow::augment
