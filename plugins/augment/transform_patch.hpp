// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>

#include "augment/kernels/spatial/axis_map.hpp"
#include "augment/kernels/spatial/spatial.hpp"
#include "nnflow/nnunet/patch.hpp"

namespace nnflow::augment {

/// The patch of its final size, sampled from `patch`; the patch itself when a plain crop keeps its
/// size.
[[nodiscard]] inline nnunet::Patch transform_patch(nnunet::Patch patch,
                                                   const SpatialParameters& parameters) {
  if (!parameters.interpolate && patch.extent == patch.final_extent) return patch;
  std::vector<float> image = std::move(patch.image);
  std::vector<std::int16_t> seg = std::move(patch.seg);
  const imaging::Extent3 from = patch.extent;
  patch.reshape(patch.channels, patch.seg_channels, patch.final_extent);
  transform_image(parameters, image, from, patch.image, patch.extent);
  const auto voxels = static_cast<std::size_t>(imaging::voxel_count(from));
  for (std::int64_t s = 0; s < patch.seg_channels; ++s) {
    transform_label(
        parameters,
        std::span(std::as_const(seg)).subspan(static_cast<std::size_t>(s) * voxels, voxels), from,
        patch.seg_channel(s), patch.extent);
  }
  nnunet::give_back_memory(std::move(image));
  nnunet::give_back_memory(std::move(seg));
  return patch;
}

/// Exchanges and reverses axes of image and labels; they must be equally long.
inline void map_axes(const AxisMap& map, nnunet::Patch& patch) {
  if (map.identity()) return;
  const auto voxels = static_cast<std::size_t>(imaging::voxel_count(patch.extent));
  const auto apply = [&](auto& values) {
    const auto source = values;
    for (std::size_t at = 0; at < source.size(); at += voxels) {
      apply_axis_map(map, std::span(source).subspan(at, voxels), patch.extent,
                     std::span(values).subspan(at, voxels));
    }
  };
  apply(patch.image);
  apply(patch.seg);
}

}  // namespace nnflow::augment
