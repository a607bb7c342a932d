// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <nnflow/imaging/volume.hpp>
#include <nnflow/networks/unet.hpp>
#include <span>
#include <vector>

#include "predict/kernels/mirror.hpp"

namespace nnflow::predict {

/// What stays the same from tile to tile.
struct TileShape {
  imaging::Extent3 patch{};
  std::int64_t channels = 0;
  std::int64_t heads = 0;
  bool slice_wise = false;
};

/// Tiles worth one call of the network on the CPU: small ones share the cost of a call.
[[nodiscard]] std::int64_t tiles_together(std::int64_t patch_voxels);

/// How many tiles the CPU computes at a time, each on one thread; 1 = the threads share every tile.
/// Large tiles would need too much memory side by side.
[[nodiscard]] int tile_workers(std::int64_t patch_voxels, int threads);

/// Told of every tile in order: its number and its logits, averaged over the mirrored versions,
/// axes (head, z, y, x).
using TileLogits = std::function<void(std::size_t tile, std::span<const float> logits)>;

/// Predicts all tiles, with the lower corners `corners` in image voxels, on the CPU. The network is
/// prepared for inference. To be called on the device's thread.
void predict_tiles(const networks::UNet& network,
                   const imaging::Volume& image,
                   const std::vector<imaging::Extent3>& corners,
                   const TileShape& shape,
                   const std::vector<Mirror>& mirrors,
                   int threads,
                   const TileLogits& done);

}  // namespace nnflow::predict
