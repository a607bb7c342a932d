// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <nnflow/imaging/extent.hpp>

namespace nnflow::crop {

/// 1 where any channel is not zero, else 0; axes (z, y, x) (nnunet-data 3.1 step 1). `voxels` has
/// axes (channel, z, y, x).
[[nodiscard]] std::vector<std::uint8_t> nonzero_mask(std::span<const float> voxels,
                                                     const imaging::Extent3& extent);

/// Sets zeros of a 0/1 mask (z, y, x) that are not connected to the outside of the array through
/// faces of zero voxels (nnunet-data 3.1 step 2). Every border voxel touches the outside. Linear in
/// the number of runs along x.
void fill_holes(std::span<std::uint8_t> mask, const imaging::Extent3& extent);

/// Smallest box that holds every 1 of a 0/1 mask; the whole array when there is none
/// (nnunet-data 3.1 step 3).
[[nodiscard]] imaging::Box3 bounding_box(std::span<const std::uint8_t> mask,
                                         const imaging::Extent3& extent);

/// Labels of the voxels in `box`: background outside the mask becomes -1, everything else stays.
/// Without `labels` (empty span): 0 inside the mask, -1 outside (nnunet-data 3.1 step 4).
void crop_labels(std::span<const std::int16_t> labels,
                 std::span<const std::uint8_t> mask,
                 const imaging::Extent3& extent,
                 const imaging::Box3& box,
                 std::span<std::int16_t> cropped);

/// Copies the voxels of `box`, which lies inside the array, from every channel of (channel, z, y,
/// x).
void crop_channels(std::span<const float> voxels,
                   const imaging::Extent3& extent,
                   const imaging::Box3& box,
                   std::span<float> cropped);

}  // namespace nnflow::crop
