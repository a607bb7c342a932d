// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>

#include <vector>

#include "evaluate/kernels/confusion.hpp"

namespace nnflow::evaluate {
namespace {

void confusion(benchmark::State& state) {
  constexpr std::size_t kVoxels = std::size_t{1} << 23U;
  std::vector<std::int16_t> prediction(kVoxels);
  std::vector<std::int16_t> reference(kVoxels);
  for (std::size_t i = 0; i < kVoxels; ++i) {
    prediction[i] = static_cast<std::int16_t>(i / 37 % 5);
    reference[i] = static_cast<std::int16_t>(i / 41 % 5);
  }
  const std::vector<std::vector<std::int64_t>> regions{{1}, {2}, {3}, {4}, {1, 2, 3, 4}};
  for (auto _ : state) {
    benchmark::DoNotOptimize(count_confusion(prediction, reference, regions, std::nullopt));
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kVoxels));
  state.SetBytesProcessed(state.iterations() *
                          static_cast<std::int64_t>(2 * kVoxels * sizeof(std::int16_t)));
}
BENCHMARK(confusion)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace nnflow::evaluate
