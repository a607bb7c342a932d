// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// The transforms of a cascade on one patch of 128^3 voxels and two labels; items are voxels.
#include <benchmark/benchmark.h>

#include <cmath>
#include <vector>

#include "augment/kernels/target/binary_operator.hpp"
#include "augment/kernels/target/remove_component.hpp"
#include "nnflow/nnunet/one_hot.hpp"
#include "nnflow/rng.hpp"

namespace nnflow::augment {
namespace {

constexpr imaging::Extent3 kExtent{128, 128, 128};
constexpr auto kVoxels = static_cast<std::size_t>(imaging::voxel_count(kExtent));
const std::vector<std::int64_t> kLabels{1, 2};

// A grid of balls, label 2 in the middle of label 1, so that there are components and borders.
std::vector<std::int16_t> labels() {
  std::vector<std::int16_t> values;
  for (std::int64_t z = 0; z < 128; ++z) {
    for (std::int64_t y = 0; y < 128; ++y) {
      for (std::int64_t x = 0; x < 128; ++x) {
        const auto off = [](std::int64_t v) { return static_cast<double>(v % 64 - 32); };
        const double r = std::sqrt(off(z) * off(z) + off(y) * off(y) + off(x) * off(x));
        values.push_back(r < 12 ? 2 : (r < 25 ? 1 : 0));
      }
    }
  }
  return values;
}

std::vector<float> channels() {
  std::vector<float> values(kLabels.size() * kVoxels);
  nnunet::one_hot(labels(), kLabels, values);
  return values;
}

void one_hot(benchmark::State& state) {
  const auto source = labels();
  std::vector<float> target(kLabels.size() * kVoxels);
  for ([[maybe_unused]] auto _ : state) {
    nnunet::one_hot(source, kLabels, target);
    benchmark::DoNotOptimize(target.data());
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kVoxels));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(kVoxels * (2 + 2 * 4)));
}

void binary_operator(benchmark::State& state, BinaryOperator kind, double radius) {
  const auto source = channels();
  const std::vector<OperatorParameters> parameters{{0, kind, radius}};
  for ([[maybe_unused]] auto _ : state) {
    state.PauseTiming();
    auto values = source;
    state.ResumeTiming();
    apply_operators(parameters, false, values, kExtent);
    benchmark::DoNotOptimize(values.data());
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kVoxels));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(kVoxels * 2 * 2 * 4));
}

void remove_component(benchmark::State& state) {
  const auto source = channels();
  Rng rng(1);
  for ([[maybe_unused]] auto _ : state) {
    state.PauseTiming();
    auto values = source;
    state.ResumeTiming();
    remove_random_components(rng, 1.0, 0.15, values, kExtent);
    benchmark::DoNotOptimize(values.data());
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kVoxels));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(kVoxels * 2 * 2 * 4));
}

BENCHMARK(one_hot)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(binary_operator, dilation_1, BinaryOperator::kDilation, 1.0)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(binary_operator, dilation_8, BinaryOperator::kDilation, 8.0)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(binary_operator, erosion_8, BinaryOperator::kErosion, 8.0)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(binary_operator, closing_4, BinaryOperator::kClosing, 4.5)
    ->Unit(benchmark::kMillisecond);
BENCHMARK(remove_component)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace nnflow::augment
