// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "augment/kernels/draws.hpp"
#include "nnflow/imaging/components.hpp"
#include "nnflow/imaging/extent.hpp"

namespace nnflow::augment {

/// The connected components, corners included, of the voxels of a channel other than 0.
/// @param channel (z, y, x)
[[nodiscard]] imaging::Components components_of(std::span<const float> channel,
                                                const imaging::Extent3& extent);

/// Numbers of the components with fewer voxels than `share` of the extent
/// (nnunet-training 3.11).
[[nodiscard]] std::vector<std::int32_t> removable(const imaging::Components& components,
                                                  const imaging::Extent3& extent,
                                                  double share);

/// Sets the voxels of one component to 0.
void remove_component(const imaging::Components& components,
                      std::int32_t component,
                      std::span<float> channel);

/// Of the channels, in random order and each with `probability`, one random component of those
/// that are smaller than `share` of the extent is removed, where there is one.
/// @param channels channels x extent, contiguous
template <RandomDraws G>
void remove_random_components(G& rng,
                              double probability,
                              double share,
                              std::span<float> channels,
                              const imaging::Extent3& extent) {
  const auto voxels = static_cast<std::size_t>(imaging::voxel_count(extent));
  const auto count = static_cast<std::int64_t>(channels.size() / voxels);
  for (const std::int64_t c : draw_shuffled_channels(rng, count, probability)) {
    const auto channel = channels.subspan(static_cast<std::size_t>(c) * voxels, voxels);
    const imaging::Components components = components_of(channel, extent);
    const std::vector<std::int32_t> candidates = removable(components, extent, share);
    if (candidates.empty()) continue;
    remove_component(components, candidates[rng.integer(candidates.size())], channel);
  }
}

}  // namespace nnflow::augment
