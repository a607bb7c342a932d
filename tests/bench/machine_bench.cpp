// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// What the machine can do at best: the limits that the notes of the kernel benches speak of.
// Arguments: threads, and 1 for bfloat16 with float32 sums.
#include <ATen/Parallel.h>
#include <benchmark/benchmark.h>
#include <torch/torch.h>

#include <cstddef>
#include <cstring>
#include <thread>
#include <vector>

namespace nnflow {
namespace {

void copy(benchmark::State& state) {
  constexpr std::size_t kBytes = std::size_t{256} << 20U;
  const auto threads = static_cast<std::size_t>(state.range(0));
  const std::vector<char> source(kBytes, 1);
  std::vector<char> target(kBytes);
  for ([[maybe_unused]] auto _ : state) {
    std::vector<std::jthread> workers;
    for (std::size_t i = 0; i < threads; ++i) {
      workers.emplace_back([&, first = i * kBytes / threads, last = (i + 1) * kBytes / threads] {
        std::memcpy(target.data() + first, source.data() + first, last - first);
      });
    }
    workers.clear();
    benchmark::ClobberMemory();
  }
  // Read and written.
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(2 * kBytes));
}
BENCHMARK(copy)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime();

torch::Tensor made(at::IntArrayRef shape, bool half) {
  const torch::Tensor values = torch::rand(shape) - 0.5;
  return half ? values.to(torch::kBFloat16) : values;
}

void flops(benchmark::State& state, double each) {
  state.counters["flops"] = benchmark::Counter(each, benchmark::Counter::kIsIterationInvariantRate);
}

void gemm(benchmark::State& state) {
  constexpr std::int64_t kSize = 2048;
  const at::NoGradGuard guard;
  at::set_num_threads(static_cast<int>(state.range(0)));
  const auto a = made({kSize, kSize}, state.range(1) != 0);
  const auto b = made({kSize, kSize}, state.range(1) != 0);
  for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(torch::mm(a, b));
  flops(state, 2.0 * kSize * kSize * kSize);
}
BENCHMARK(gemm)->ArgsProduct({{1, 2}, {0, 1}})->Unit(benchmark::kMillisecond)->UseRealTime();

/// A convolution as the middle of a 3D U-Net has them: 3 x 3 x 3, 64 to 64 channels, 32 x 32 x 32
/// voxels.
void convolution(benchmark::State& state) {
  constexpr std::int64_t kChannels = 64;
  constexpr std::int64_t kSide = 32;
  const at::NoGradGuard guard;
  at::set_num_threads(static_cast<int>(state.range(0)));
  const auto image = made({2, kChannels, kSide, kSide, kSide}, state.range(1) != 0)
                         .to(at::MemoryFormat::ChannelsLast3d);
  const auto weights = made({kChannels, kChannels, 3, 3, 3}, state.range(1) != 0)
                           .to(at::MemoryFormat::ChannelsLast3d);
  for ([[maybe_unused]] auto _ : state)
    benchmark::DoNotOptimize(torch::conv3d(image, weights, {}, 1, 1));
  flops(state, 2.0 * 2 * kChannels * kChannels * 27 * kSide * kSide * kSide);
}
BENCHMARK(convolution)->ArgsProduct({{1, 2}, {0, 1}})->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace nnflow
