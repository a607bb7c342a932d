// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// Class locations of a case and reading a patch of 205^3 voxels out of a stored one; items per
// second are voxels.
#include <benchmark/benchmark.h>

#include <filesystem>
#include <string>
#include <vector>

#include "filled.hpp"
#include "nnflow/nnunet/store.hpp"
#include "nnflow/rng.hpp"
#include "patches/kernels/class_locations.hpp"
#include "patches/kernels/sampling.hpp"

namespace nnflow::patches {
namespace {

using imaging::Extent3;

constexpr Extent3 kCase{240, 256, 256};
constexpr Extent3 kPatch{205, 205, 205};

void locations(benchmark::State& state) {
  const auto label = bench::block_labels(kCase);
  const std::vector<std::vector<std::int64_t>> classes{{1}, {2}, {3, 4}};
  for ([[maybe_unused]] auto _ : state) {
    nnunet::RandomState random(1234);
    benchmark::DoNotOptimize(class_locations(label, kCase, classes, random));
  }
  state.SetItemsProcessed(state.iterations() * imaging::voxel_count(kCase));
  state.SetBytesProcessed(state.iterations() * imaging::voxel_count(kCase) * 2);
}

// Normalised intensities with some noise, which compress about as badly as real ones.
void read_patch(benchmark::State& state) {
  const auto file = std::filesystem::temp_directory_path() / "patches_bench.b2nd";
  const std::vector<std::int64_t> patch{128, 128, 128};
  {
    Rng rng(1);
    std::vector<float> image(static_cast<std::size_t>(imaging::voxel_count(kCase)));
    for (float& v : image)
      v = static_cast<float>(static_cast<int>(rng.uniform() * 2000)) * 0.003F - 1.0F;
    nnunet::write_image_array(file, image, 1, kCase, patch);
  }
  {
    const nnunet::ArrayFile array(file);
    std::vector<float> out(static_cast<std::size_t>(imaging::voxel_count(kPatch)));
    Rng rng(2);
    for ([[maybe_unused]] auto _ : state) {
      array.read_box(draw_box(rng, kCase, kPatch, {128, 128, 128}, false, {}), 0.0F, out);
    }
  }
  std::filesystem::remove(file);
  state.SetItemsProcessed(state.iterations() * imaging::voxel_count(kPatch));
  state.SetBytesProcessed(state.iterations() * imaging::voxel_count(kPatch) * 2 * 4);
}

BENCHMARK(locations)->Unit(benchmark::kMillisecond);
BENCHMARK(read_patch)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace nnflow::patches
