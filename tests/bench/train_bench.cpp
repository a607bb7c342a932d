// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// One optimiser step of a small network: features 8 to 64, patch 40 x 56 x 40, batch 2, 3 classes;
// the convolutions and the norms of nnU-Net's network for Dataset004_Hippocampus (batch 7), one by
// one, with Products for what the machine can do at most: multiply-adds in registers. "flops" are
// those of a convolution that skips nothing; at the borders ours does, and may go beyond the limit.
// The first argument is the number of threads, of 16-bit kinds the second is 1. Run with
// OMP_WAIT_POLICY=PASSIVE where the machine has other work.
#include <ATen/ATen.h>
#include <benchmark/benchmark.h>
#include <c10/core/GradMode.h>

#include <functional>
#include <vector>

#include "networks/src/direct/direct_conv.hpp"
#include "networks/src/direct/isa.hpp"
#include "networks/src/norm_act.hpp"
#include "nnflow/networks/loss.hpp"
#include "nnflow/networks/precision.hpp"
#include "nnflow/networks/sgd.hpp"
#include "nnflow/torch_bridge/device.hpp"

namespace nnflow::networks {
namespace {

NetworkSpec small_network() {
  NetworkSpec spec;
  spec.features = {8, 16, 32, 64};
  spec.kernel_sizes.assign(4, {3, 3, 3});
  spec.strides = {{1, 1, 1}, {2, 2, 2}, {2, 2, 2}, {2, 2, 2}};
  spec.blocks_per_stage = {2, 2, 2, 2};
  spec.decoder_convs = {2, 2, 2};
  spec.classes = 3;
  return spec;
}

struct Training {
  Training() : network(small_network()), sgd(network, {}) {
    network.initialise(1);
    network.require_gradients(true);
  }
  at::Tensor loss() {
    return deep_supervision_loss(network.forward(data, true),
                                 target_pyramid(labels, network.spec().strides, 3),
                                 deep_supervision_weights(3), {});
  }
  void step() {
    sgd.zero_grad();
    loss().backward();
    sgd.clip(12.0);
    sgd.step(0.01);
  }
  UNet network;
  Sgd sgd;
  at::Tensor data = at::randn({2, 1, 40, 56, 40});
  at::Tensor labels = at::randint(0, 3, {2, 40, 56, 40}, at::kShort);
};

void TrainingStep(benchmark::State& state) {
  const auto device = torch_bridge::DeviceThread::open({});
  const auto threads = static_cast<int>(state.range(0));
  auto training = device->run(threads, [] { return std::make_unique<Training>(); });
  for (auto _ : state) device->run(threads, [&] { training->step(); });
  device->run(threads, [&] { training.reset(); });
}
BENCHMARK(TrainingStep)
    ->Arg(1)
    ->Arg(2)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime()
    ->MeasureProcessCPUTime();

void ValidationStep(benchmark::State& state) {
  const auto device = torch_bridge::DeviceThread::open({});
  const auto threads = static_cast<int>(state.range(0));
  auto training = device->run(threads, [] { return std::make_unique<Training>(); });
  for (auto _ : state) {
    device->run(threads, [&] {
      const c10::NoGradGuard no_grad;
      benchmark::DoNotOptimize(training->loss());
    });
  }
  device->run(threads, [&] { training.reset(); });
}
BENCHMARK(ValidationStep)
    ->Arg(1)
    ->Arg(2)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime()
    ->MeasureProcessCPUTime();

/// A convolution of the network: channels, and the image that it reads.
struct Layer {
  std::int64_t in;
  std::int64_t skip;
  std::int64_t out;
  std::vector<std::int64_t> image;
  std::int64_t stride;
};

const std::vector<Layer> kLayers{
    {1, 0, 32, {40, 56, 40}, 1},  {32, 0, 32, {40, 56, 40}, 1},  {32, 32, 32, {40, 56, 40}, 1},
    {32, 0, 64, {40, 56, 40}, 2}, {64, 64, 64, {20, 28, 20}, 1}, {128, 128, 128, {10, 14, 10}, 1},
    {256, 0, 256, {5, 7, 5}, 1},
};
constexpr std::int64_t kBatch = 7;

at::Tensor random_image(std::int64_t channels,
                        const std::vector<std::int64_t>& image,
                        at::ScalarType type) {
  const at::Tensor values = at::randn({kBatch, channels, image[0], image[1], image[2]});
  return values.to(type).contiguous(at::MemoryFormat::ChannelsLast3d);
}

/// Runs `body` on the device's thread; skips kinds that the CPU does not have.
template <class Prepare>
void run_kind(benchmark::State& state, const Prepare& prepare) {
  const auto type = state.range(1) == 0 ? at::kFloat : at::kBFloat16;
  const auto device = torch_bridge::DeviceThread::open({});
  const auto threads = static_cast<int>(state.range(0));
  if (!device->run(threads, [&] { return runs_direct(at::zeros({1}, type)); })) {
    state.SkipWithError("this CPU lacks the instructions");
    return;
  }
  auto body = device->run(threads, [&] { return prepare(type); });
  for (auto _ : state) device->run(threads, [&] { body(); });
  device->run(threads, [&] { body = {}; });
}

/// Forward, or (argument 3 is 1) both gradients.
void Convolution(benchmark::State& state) {
  const Layer& layer = kLayers[static_cast<std::size_t>(state.range(2))];
  const bool backward = state.range(3) != 0;
  double products = 0.0;
  run_kind(state, [&](at::ScalarType type) -> std::function<void()> {
    const at::Tensor x = random_image(layer.in, layer.image, type);
    const at::Tensor skip =
        layer.skip > 0 ? random_image(layer.skip, layer.image, type) : at::Tensor();
    const at::Tensor weight = at::randn({layer.out, layer.in + layer.skip, 3, 3, 3});
    const std::vector<std::int64_t> strides(3, layer.stride);
    const DirectConv conv{strides, {1, 1, 1}};
    const bool first = layer.in == 1;  // needs no gradient of the image
    for (const at::Tensor& leaf : {x, skip}) {
      if (backward && leaf.defined()) leaf.set_requires_grad(!first);
    }
    weight.set_requires_grad(backward);
    const at::Tensor y = direct_conv(x, skip, weight, {}, conv);
    products = static_cast<double>(y.numel()) * 27.0 * static_cast<double>(weight.size(1)) *
               (backward && !first ? 2.0 : 1.0);
    if (!backward) {
      return [=] {
        const c10::NoGradGuard no_grad;
        benchmark::DoNotOptimize(direct_conv(x, skip, weight, {}, conv));
      };
    }
    const at::Tensor gradient = at::randn_like(y);
    return [=] {
      for (const at::Tensor& leaf : {x, skip, weight}) {
        if (leaf.defined()) leaf.mutable_grad().reset();
      }
      y.backward(gradient, /*retain_graph=*/true);
    };
  });
  state.counters["flops"] = benchmark::Counter(
      2.0 * products * static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}
BENCHMARK(Convolution)
    ->ArgsProduct({{2}, {0, 1}, benchmark::CreateDenseRange(0, 6, 1), {0, 1}})
    ->ArgNames({"threads", "bf16", "layer", "backward"})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

/// Instance norm and LeakyReLU of the full resolution; forward reads its values twice and writes
/// once, backward reads values and gradients twice and writes once.
void Norm(benchmark::State& state) {
  const bool backward = state.range(2) != 0;
  const std::vector<std::int64_t> image{40, 56, 40};
  run_kind(state, [&](at::ScalarType type) -> std::function<void()> {
    const at::Tensor x = random_image(32, image, type).set_requires_grad(backward);
    const at::Tensor gamma = at::ones({32});
    const at::Tensor beta = at::zeros({32});
    if (!backward) {
      return [=] {
        const c10::NoGradGuard no_grad;
        benchmark::DoNotOptimize(norm_act(x, gamma, beta, {}, 1e-5, 0.01));
      };
    }
    const at::Tensor y = norm_act(x, gamma, beta, {}, 1e-5, 0.01);
    const at::Tensor gradient = at::ones_like(y);
    return [=] {
      x.mutable_grad().reset();
      y.backward(gradient, /*retain_graph=*/true);
    };
  });
  const double values = static_cast<double>(kBatch * 32 * 40 * 56 * 40);
  const double bytes = values * (state.range(1) == 0 ? 4.0 : 2.0) * (backward ? 5.0 : 3.0);
  state.counters["bytes"] = benchmark::Counter(bytes * static_cast<double>(state.iterations()),
                                               benchmark::Counter::kIsRate);
}
BENCHMARK(Norm)
    ->ArgsProduct({{2}, {0, 1}, {0, 1}})
    ->ArgNames({"threads", "bf16", "backward"})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

/// Copy of the same values: what memory gives.
void Copy(benchmark::State& state) {
  run_kind(state, [&](at::ScalarType type) -> std::function<void()> {
    const at::Tensor x = random_image(32, {40, 56, 40}, type);
    const at::Tensor y = at::empty_like(x);
    return [=] { y.copy_(x); };
  });
  const double bytes =
      static_cast<double>(kBatch * 32 * 40 * 56 * 40) * (state.range(1) == 0 ? 8.0 : 4.0);
  state.counters["bytes"] = benchmark::Counter(bytes * static_cast<double>(state.iterations()),
                                               benchmark::Counter::kIsRate);
}
BENCHMARK(Copy)
    ->ArgsProduct({{2}, {0, 1}})
    ->ArgNames({"threads", "bf16"})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

#if NNFLOW_HAS_DIRECT_KERNELS
constexpr int kChains = 24;
constexpr int kRounds = 1'000'000;

NNFLOW_AVX512_CODE float float_products() {
  __m512 sums[kChains];
  for (__m512& sum : sums) sum = _mm512_set1_ps(0.5F);
  __m512 x = _mm512_set1_ps(1.0001F);
  const __m512 w = _mm512_set1_ps(1e-9F);
  for (int i = 0; i < kRounds; ++i) {
#pragma GCC unroll 24
    for (int j = 0; j < kChains; ++j) sums[j] = _mm512_fmadd_ps(x, w, sums[j]);
    asm volatile("" : "+v"(x));
  }
  float lanes[16];
  __m512 total = sums[0];
  for (const __m512& sum : sums) total = _mm512_add_ps(total, sum);
  _mm512_storeu_ps(lanes, total);
  return lanes[0];
}

NNFLOW_AVX512_CODE float bf16_products() {
  __m512 sums[kChains];
  for (__m512& sum : sums) sum = _mm512_set1_ps(0.5F);
  __m512 x = _mm512_set1_ps(1.0001F);
  const __m512 w = _mm512_set1_ps(1e-9F);
  for (int i = 0; i < kRounds; ++i) {
#pragma GCC unroll 24
    for (int j = 0; j < kChains; ++j)
      sums[j] =
          _mm512_dpbf16_ps(sums[j], reinterpret_cast<__m512bh>(x), reinterpret_cast<__m512bh>(w));
    asm volatile("" : "+v"(x));
  }
  float lanes[16];
  __m512 total = sums[0];
  for (const __m512& sum : sums) total = _mm512_add_ps(total, sum);
  _mm512_storeu_ps(lanes, total);
  return lanes[0];
}

/// Multiply-adds in registers, of as many threads as the benchmark has.
void Products(benchmark::State& state) {
  const bool narrow = state.range(0) != 0;
  if (!(narrow ? cpu_has_bf16() : cpu_has_avx512())) {
    state.SkipWithError("this CPU lacks the instructions");
    return;
  }
  for (auto _ : state) benchmark::DoNotOptimize(narrow ? bf16_products() : float_products());
  state.counters["flops"] = benchmark::Counter(
      2.0 * kChains * kRounds * (narrow ? 32.0 : 16.0) * static_cast<double>(state.iterations()),
      benchmark::Counter::kIsRate);
}
BENCHMARK(Products)->Arg(0)->Arg(1)->ArgName("bf16")->Threads(1)->Threads(2)->UseRealTime();
#endif

}  // namespace
}  // namespace nnflow::networks
