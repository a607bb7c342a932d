// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <nnflow/networks/unet.hpp>
#include <vector>

namespace nnflow::predict {

/// Non-empty subsets of the mirror axes, by size, then lexicographically (nnunet-inference 3.8).
[[nodiscard]] std::vector<std::vector<std::int64_t>> mirror_subsets(const std::vector<int>& axes);

/// Logits of a batch of tiles (tile, channel, ...), averaged over the identity and all mirrored
/// versions. On CUDA the network runs in float16; `keep_half` then averages in float16, too. Call
/// on the device's thread without gradients.
[[nodiscard]] at::Tensor mirrored_logits(const networks::UNet& network,
                                         const at::Tensor& tiles,
                                         const std::vector<std::vector<std::int64_t>>& subsets,
                                         std::int64_t largest_batch,
                                         bool keep_half);

/// Tiles worth one call of the network on the CPU. Torch is several times slower for a small tile
/// by itself than for two; more than a few leave the processor's caches.
[[nodiscard]] std::int64_t preferred_batch(std::int64_t patch_voxels);

}  // namespace nnflow::predict
