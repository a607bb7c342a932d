// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// One optimiser step of a small network: features 8 to 64, patch 40 x 56 x 40, batch 2, 3 classes.
// The argument is the number of threads. Run with OMP_WAIT_POLICY=PASSIVE where the machine has
// other work.
#include <ATen/ATen.h>
#include <benchmark/benchmark.h>
#include <c10/core/GradMode.h>

#include "nnflow/networks/loss.hpp"
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

}  // namespace
}  // namespace nnflow::networks
