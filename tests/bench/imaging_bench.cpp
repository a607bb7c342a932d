// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// Reading and writing NIfTI files of 128 x 256 x 256 voxels in the page cache; items are voxels,
// bytes those of the file's voxels once unpacked and of the array. Compressed files are limited by
// the inflation of one stream, whose rate `inflate_only` gives.
#include <benchmark/benchmark.h>
#include <zlib.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "filled.hpp"
#include "nnflow/imaging/image_io.hpp"
#include "nnflow/imaging/inflate.hpp"

namespace nnflow::imaging {
namespace {

constexpr Extent3 kExtent{128, 256, 256};
constexpr std::int64_t kVoxels = voxel_count(kExtent);

/// Smooth values with some noise in the last bits, in whole numbers as scanners give them.
std::vector<float> image() {
  return bench::filled<float>(
      kExtent, [state = 1U](std::int64_t z, std::int64_t y, std::int64_t x) mutable {
        state = state * 1664525U + 1013904223U;
        const auto at = [](std::int64_t v) { return std::sin(static_cast<double>(v) * 0.05); };
        return std::round(static_cast<float>(400.0 * at(z) * at(y) * at(x)) +
                          static_cast<float>(state >> 28U));
      });
}

LabelMap balls() {
  LabelMap map(kExtent);
  const auto values =
      bench::filled<std::int16_t>(kExtent, [](std::int64_t z, std::int64_t y, std::int64_t x) {
        const auto square = [](std::int64_t v) { return (v % 64 - 32) * (v % 64 - 32); };
        return square(z) + square(y) + square(x) < 400 ? 1 : 0;
      });
  std::ranges::copy(values, map.voxels().begin());
  return map;
}

void read(benchmark::State& state, const std::string& ending) {
  const auto file = std::filesystem::temp_directory_path() / ("imaging_bench" + ending);
  Volume volume(1, kExtent);
  std::ranges::copy(image(), volume.voxels().begin());
  write_image(file, volume, ending);
  for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(read_image(file));
  std::filesystem::remove(file);
  state.SetItemsProcessed(state.iterations() * kVoxels);
  state.SetBytesProcessed(state.iterations() * kVoxels * 2 * 4);
}

void inflate_only(benchmark::State& state) {
  const std::vector<float> source = image();
  const auto bytes = static_cast<uLong>(source.size() * sizeof(float));
  std::vector<Bytef> packed(compressBound(bytes));
  uLongf size = packed.size();
  compress2(packed.data(), &size, reinterpret_cast<const Bytef*>(source.data()), bytes, 6);
  std::vector<float> target(source.size());
  for ([[maybe_unused]] auto _ : state) {
    const bool done = inflate_at_once(Wrapping::kZlib, std::as_bytes(std::span(packed).first(size)),
                                      std::as_writable_bytes(std::span(target)));
    if (!done) state.SkipWithError("the stream was not unpacked");
    benchmark::DoNotOptimize(target.data());
  }
  state.SetItemsProcessed(state.iterations() * kVoxels);
  state.SetBytesProcessed(state.iterations() * kVoxels * 2 * 4);
}

void write(benchmark::State& state, const std::string& ending) {
  const auto file = std::filesystem::temp_directory_path() / ("imaging_bench_labels" + ending);
  const LabelMap map = balls();
  for ([[maybe_unused]] auto _ : state) write_labels(file, map, ending);
  std::filesystem::remove(file);
  state.SetItemsProcessed(state.iterations() * kVoxels);
  state.SetBytesProcessed(state.iterations() * kVoxels * (2 + 1));
}

BENCHMARK_CAPTURE(read, plain, ".nii")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(read, gzip, ".nii.gz")->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(inflate_only)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(write, plain, ".nii")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(write, gzip, ".nii.gz")->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace nnflow::imaging
