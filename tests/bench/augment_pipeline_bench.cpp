// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// The default trainer's augmentation as a whole: from a case in memory, 256^3 voxels, to a patch of
// 128^3 and its targets for deep supervision. The argument is the number of channels; items per
// second are patches. tests/peer/augment_side.py does the same with nnU-Net.
#include <benchmark/benchmark.h>

#include <cmath>
#include <cstdlib>
#include <string>
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
#include "augment/transform_patch.hpp"
#include "nnflow/nnunet/augmentation_rule.hpp"
#include "nnflow/nnunet/spatial_choice.hpp"
#include "nnflow/rng.hpp"
#include "patches/kernels/sampling.hpp"

namespace nnflow::augment {
namespace {

using imaging::Box3;
using imaging::Extent3;

constexpr Extent3 kCase{256, 256, 256};
constexpr Extent3 kPatch{128, 128, 128};

struct Case {
  std::int64_t channels = 1;
  std::vector<float> image;
  std::vector<std::int16_t> labels;
};

// A head-like ball with four nested labels, smooth intensities and noise in each channel.
Case make_case(std::int64_t channels) {
  Case result{channels, {}, {}};
  const auto voxels = static_cast<std::size_t>(imaging::voxel_count(kCase));
  result.image.resize(static_cast<std::size_t>(channels) * voxels);
  result.labels.resize(voxels);
  std::size_t i = 0;
  for (std::int64_t z = 0; z < kCase[0]; ++z) {
    for (std::int64_t y = 0; y < kCase[1]; ++y) {
      for (std::int64_t x = 0; x < kCase[2]; ++x, ++i) {
        const double radius = std::hypot(static_cast<double>(z - 128), static_cast<double>(y - 128),
                                         static_cast<double>(x - 128));
        result.labels[i] =
            static_cast<std::int16_t>(std::clamp(4.0 - std::floor(radius / 24.0), 0.0, 3.0));
        for (std::int64_t c = 0; c < channels; ++c) {
          result.image[static_cast<std::size_t>(c) * voxels + i] =
              static_cast<float>(std::cos(radius / (9.0 + static_cast<double>(c))));
        }
      }
    }
  }
  apply_noise({0.2, 1}, result.image);
  return result;
}

// Copies a box, which may leave the case, and fills what is outside.
template <class T>
void copy_box(const T* source, const Box3& box, T fill, T* target) {
  const std::int64_t width = box.extent()[2];
  const std::int64_t first = std::clamp<std::int64_t>(-box.lower[2], 0, width);
  const std::int64_t last = std::clamp<std::int64_t>(kCase[2] - box.lower[2], first, width);
  for (std::int64_t z = box.lower[0]; z < box.upper[0]; ++z) {
    for (std::int64_t y = box.lower[1]; y < box.upper[1]; ++y, target += width) {
      if (z < 0 || z >= kCase[0] || y < 0 || y >= kCase[1]) {
        std::fill_n(target, width, fill);
        continue;
      }
      const T* const row = source + imaging::linear_index(kCase, z, y, 0) + box.lower[2];
      std::fill_n(target, first, fill);
      std::copy(row + first, row + last, target + first);
      std::fill(target + last, target + width, fill);
    }
  }
}

nnunet::Patch read_patch(const Case& from, bool still, Rng& rng) {
  nnunet::Patch patch;
  patch.final_extent = kPatch;
  const Extent3 load = nnunet::initial_patch_extent(kPatch, 3);
  Box3 box = patches::draw_box(rng, kCase, load, kPatch, false, {});
  if (still) box = patches::centre_box(box, kPatch);
  patch.reshape(from.channels, 1, box.extent());
  for (std::int64_t c = 0; c < from.channels; ++c) {
    copy_box(from.image.data() + c * imaging::voxel_count(kCase), box, 0.0F,
             patch.channel(c).data());
  }
  copy_box(from.labels.data(), box, std::int16_t{-1}, patch.seg.data());
  return patch;
}

// The stages of pipelines/common/augment_default.yaml; nothing is masked.
nnunet::Patch augment(nnunet::Patch patch, const nnunet::SpatialChoice& choice, Rng& rng) {
  const std::int64_t voxels = imaging::voxel_count(patch.final_extent);
  const std::int64_t channels = patch.channels;
  const auto chance = [&rng](double probability) { return draw_chance(rng, probability); };
  patch =
      transform_patch(std::move(patch), draw_spatial(rng, {}, choice.rotate, choice.scale, false));
  std::vector<float>& image = patch.image;
  if (chance(0.1)) apply_noise(draw_noise(rng, {}), image);
  if (chance(0.2)) apply_blur(draw_blur(rng, {}, channels, kPatch), image, kPatch);
  if (chance(0.15)) apply_brightness(draw_brightness(rng, {}, channels), image, voxels);
  if (chance(0.15)) apply_contrast(draw_contrast(rng, {}, channels), true, image, voxels);
  if (chance(0.25)) apply_low_resolution(draw_low_resolution(rng, {}, channels), image, kPatch);
  if (chance(0.1)) apply_gamma(draw_gamma(rng, {}, channels), true, image, voxels);
  if (chance(0.3)) apply_gamma(draw_gamma(rng, {}, channels), false, image, voxels);
  const MirrorParameters flip = draw_mirror(rng, {true, true, true});
  apply_mirror(flip, std::span(image), kPatch);
  apply_mirror(flip, std::span(patch.seg), kPatch);
  replace_label(-1, 0, patch.seg);
  return patch;
}

std::vector<std::vector<std::int16_t>> targets(const nnunet::Patch& patch) {
  std::vector<std::vector<std::int16_t>> result{patch.seg};
  for (std::int64_t part = 2; part <= 16; part *= 2) {
    const Extent3 to{kPatch[0] / part, kPatch[1] / part, kPatch[2] / part};
    result.emplace_back(static_cast<std::size_t>(imaging::voxel_count(to)));
    downsample_nearest(std::span(patch.seg), kPatch, std::span(result.back()), to);
  }
  return result;
}

// NNFLOW_BENCH_SEED (0 without it) changes the draws.
void default_pipeline(benchmark::State& state) {
  const char* const text = std::getenv("NNFLOW_BENCH_SEED");
  const auto seed = static_cast<std::uint64_t>(text != nullptr ? std::atoi(text) : 0);
  const Case from = make_case(state.range(0));
  std::uint64_t item = 0;
  for ([[maybe_unused]] auto _ : state) {
    Rng rng(seed, item++);
    const nnunet::SpatialChoice choice =
        nnunet::spatial_choice(seed, std::to_string(item), 0.2, 0.2);
    nnunet::Patch patch = augment(read_patch(from, choice.still(), rng), choice, rng);
    const auto scales = targets(patch);
    benchmark::DoNotOptimize(patch.image.data());
    benchmark::DoNotOptimize(scales.data());
    // As the stage that puts patches into batches does.
    nnunet::give_back_memory(std::move(patch.image));
    nnunet::give_back_memory(std::move(patch.seg));
  }
  state.SetItemsProcessed(state.iterations());
}

// Its first part alone.
void read_only(benchmark::State& state) {
  const Case from = make_case(state.range(0));
  std::uint64_t item = 0;
  for ([[maybe_unused]] auto _ : state) {
    Rng rng(1, item++);
    nnunet::Patch patch = read_patch(from, false, rng);
    benchmark::DoNotOptimize(patch.image.data());
    nnunet::give_back_memory(std::move(patch.image));
    nnunet::give_back_memory(std::move(patch.seg));
  }
  state.SetItemsProcessed(state.iterations());
}

BENCHMARK(default_pipeline)->Arg(1)->Arg(4)->Unit(benchmark::kMillisecond);
BENCHMARK(read_only)->Arg(1)->Arg(4)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace nnflow::augment
