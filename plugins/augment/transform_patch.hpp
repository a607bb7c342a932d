// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>

#include "augment/kernels/spatial/spatial.hpp"
#include "nnflow/nnunet/patch.hpp"

namespace nnflow::augment {

/// The patch of its final size, sampled from `patch`; the patch itself when a plain crop keeps its
/// size.
[[nodiscard]] inline nnunet::Patch transform_patch(nnunet::Patch patch,
                                                   const SpatialParameters& parameters) {
  if (!parameters.interpolate && patch.extent == patch.final_extent) return patch;
  const std::vector<float> image = std::move(patch.image);
  const std::vector<std::int16_t> seg = std::move(patch.seg);
  const imaging::Extent3 from = patch.extent;
  patch.resize(patch.channels, patch.seg_channels, patch.final_extent);
  transform_image(parameters, image, from, patch.image, patch.extent);
  const auto voxels = static_cast<std::size_t>(imaging::voxel_count(from));
  for (std::int64_t s = 0; s < patch.seg_channels; ++s) {
    transform_label(parameters,
                    std::span(seg).subspan(static_cast<std::size_t>(s) * voxels, voxels), from,
                    patch.seg_channel(s), patch.extent);
  }
  return patch;
}

}  // namespace nnflow::augment
