// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// Inference of one patch of 40 x 56 x 40 voxels on one thread. Arguments: features of the first
// stage, and 1 for bfloat16. `flops` counts convolutions alone; the limit is what the processor's
// fused multiply-adds give, twice as much in bfloat16 (a core with two 512-bit units at 4 GHz: 256
// and 512 GFLOP/s).
#include <ATen/ATen.h>
#include <benchmark/benchmark.h>
#include <c10/core/InferenceMode.h>

#include <memory>

#include "nnflow/networks/unet.hpp"
#include "nnflow/torch_bridge/device.hpp"
#include "nnflow/torch_bridge/workers.hpp"

namespace nnflow::networks {
namespace {

constexpr std::int64_t kVoxels = 40 * 56 * 40;

NetworkSpec plain_network(std::int64_t features) {
  NetworkSpec spec;
  spec.features = {features, 2 * features, 4 * features, 8 * features};
  spec.kernel_sizes.assign(4, {3, 3, 3});
  spec.strides = {{1, 1, 1}, {2, 2, 2}, {2, 2, 2}, {2, 2, 2}};
  spec.blocks_per_stage = {2, 2, 2, 2};
  spec.decoder_convs = {2, 2, 2};
  spec.classes = 3;
  return spec;
}

/// Of the convolutions of `plain_network`.
double operations(std::int64_t features) {
  double products = 0.0;
  double voxels = kVoxels;
  std::int64_t width = features;
  std::int64_t before = 1;
  for (int stage = 0; stage < 4; ++stage) {
    products += 27.0 * voxels * static_cast<double>(width * (before + width));  // encoder
    if (stage < 3) {
      products += 27.0 * voxels * static_cast<double>(width * 3 * width);  // decoder
      products += voxels * static_cast<double>(2 * width * width);         // transposed
    }
    before = width;
    width *= 2;
    voxels /= 8.0;
  }
  return 2.0 * (products + static_cast<double>(kVoxels * 3 * features));
}

void Inference(benchmark::State& state) {
  const auto device = torch_bridge::DeviceThread::open({});
  const bool reduced = state.range(1) != 0;
  if (reduced && !torch_bridge::has_fast_bfloat16()) {
    state.SkipWithError("this processor does not compute in bfloat16");
    return;
  }
  auto network = device->run(1, [&] {
    auto made = std::make_unique<UNet>(plain_network(state.range(0)));
    made->initialise(1);
    made->prepare_inference(reduced ? InferencePrecision::kBfloat16 : InferencePrecision::kSingle);
    return made;
  });
  const at::Tensor input = at::randn({1, 1, 40, 56, 40});
  for (auto _ : state) {
    device->run(1, [&] {
      const c10::InferenceMode inference;
      benchmark::DoNotOptimize(network->forward(input, false));
    });
  }
  state.counters["flops"] =
      benchmark::Counter(operations(state.range(0)), benchmark::Counter::kIsIterationInvariantRate);
  device->run(1, [&] { network.reset(); });
}
BENCHMARK(Inference)
    ->Args({8, 0})
    ->Args({8, 1})
    ->Args({32, 0})
    ->Args({32, 1})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

}  // namespace
}  // namespace nnflow::networks
