// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "predict/cpu_pass.hpp"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <nnflow/torch_bridge/workers.hpp>

#include "predict/kernels/padding.hpp"

namespace nnflow::predict {

namespace {

using imaging::Extent3;

/// One call of the network: a mirrored version of a few neighbouring tiles.
struct Unit {
  std::size_t first = 0;
  std::size_t count = 0;
  std::size_t mirror = 0;
};

std::vector<Unit> units_of(std::size_t tiles, std::size_t together, std::size_t mirrors) {
  std::vector<Unit> units;
  for (std::size_t first = 0; first < tiles; first += together) {
    for (std::size_t mirror = 0; mirror < mirrors; ++mirror) {
      units.push_back({first, std::min(together, tiles - first), mirror});
    }
  }
  return units;
}

/// Logits (tile, z, y, x, head) of a unit, contiguous.
at::Tensor run_unit(const networks::UNet& network,
                    const imaging::Volume& image,
                    const std::vector<Extent3>& corners,
                    const TileShape& shape,
                    const Mirror& mirror,
                    const Unit& unit) {
  const auto values = static_cast<std::size_t>(shape.channels * imaging::voxel_count(shape.patch));
  std::vector<std::int64_t> sizes{static_cast<std::int64_t>(unit.count)};
  sizes.insert(sizes.end(), shape.patch.begin() + (shape.slice_wise ? 1 : 0), shape.patch.end());
  sizes.push_back(shape.channels);
  at::Tensor input = at::empty(sizes, at::kFloat);
  const std::span<float> all(input.mutable_data_ptr<float>(), unit.count * values);
  std::vector<float> tile(values);
  for (std::size_t i = 0; i < unit.count; ++i) {
    gather_tile(image.voxels(), image.extent(), corners[unit.first + i], shape.patch,
                shape.channels, tile);
    mirrored_tile(tile, shape.patch, shape.channels, mirror, all.subspan(i * values, values));
  }
  return network.forward(input.movedim(-1, 1), false).front().movedim(1, -1).contiguous();
}

}  // namespace

std::int64_t tiles_together(std::int64_t patch_voxels) {
  constexpr std::int64_t kVoxels = 40'000;  // more leave the processor's nearer caches
  return std::clamp<std::int64_t>(kVoxels / patch_voxels, 1, 16);
}

int tile_workers(std::int64_t patch_voxels, int threads) {
  constexpr std::int64_t kVoxels = 1'500'000;  // about 0.4 GB for 32 features at full resolution
  const std::int64_t fit = std::max<std::int64_t>(kVoxels / patch_voxels, 1);
  // Better all threads in one tile than fewer than half of them with a tile each.
  return fit >= threads ? threads : fit * 2 > threads ? static_cast<int>(fit) : 1;
}

void predict_tiles(const networks::UNet& network,
                   const imaging::Volume& image,
                   const std::vector<Extent3>& corners,
                   const TileShape& shape,
                   const std::vector<Mirror>& mirrors,
                   int threads,
                   const TileLogits& done) {
  const std::int64_t patch_voxels = imaging::voxel_count(shape.patch);
  const auto units = units_of(
      corners.size(), static_cast<std::size_t>(tiles_together(patch_voxels)), mirrors.size());
  const int workers = tile_workers(patch_voxels, threads);
  // Enough for the threads to end at about the same time; the logits of a group exist together.
  const std::size_t group = workers == 1 ? 1 : 4 * static_cast<std::size_t>(workers);
  const auto values = static_cast<std::size_t>(shape.heads * patch_voxels);
  std::vector<float> sums;
  std::vector<at::Tensor> logits(std::min(group, units.size()));
  for (std::size_t begin = 0; begin < units.size(); begin += group) {
    const std::size_t count = std::min(group, units.size() - begin);
    torch_bridge::for_each_on_workers(
        static_cast<std::int64_t>(count), workers, [&](std::int64_t i) {
          const c10::InferenceMode inference;
          const Unit& unit = units[begin + static_cast<std::size_t>(i)];
          logits[static_cast<std::size_t>(i)] =
              run_unit(network, image, corners, shape, mirrors[unit.mirror], unit);
        });
    for (std::size_t i = 0; i < count; ++i) {
      const Unit& unit = units[begin + i];
      sums.resize(unit.count * values);
      const std::span<const float> all(logits[i].const_data_ptr<float>(), unit.count * values);
      for (std::size_t k = 0; k < unit.count; ++k) {
        add_mirrored(all.subspan(k * values, values), shape.patch, shape.heads,
                     mirrors[unit.mirror], unit.mirror == 0,
                     std::span(sums).subspan(k * values, values));
      }
      logits[i].reset();
      if (unit.mirror + 1 < mirrors.size()) continue;
      const auto versions = static_cast<float>(mirrors.size());
      if (mirrors.size() > 1) {
        for (float& value : sums) value /= versions;
      }
      for (std::size_t k = 0; k < unit.count; ++k) {
        done(unit.first + k, std::span<const float>(sums).subspan(k * values, values));
      }
    }
  }
}

}  // namespace nnflow::predict
