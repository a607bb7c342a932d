// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "nnflow/imaging/extent.hpp"

namespace nnflow::predict {

/// Where an image lies in the grid that is at least one patch large along every axis: `[lower,
/// upper)` in that grid (nnunet-inference 3.4). The odd voxel of padding is at the end. With
/// `slice_wise` z is never padded.
[[nodiscard]] imaging::Box3 patch_padding(const imaging::Extent3& image,
                                          const imaging::Extent3& patch,
                                          bool slice_wise);

/// Copies the tile whose lower corner, in image voxels, is `corner` into `tile` (axes channel, z,
/// y, x); voxels outside the image are 0. `image` has the axes (channel, z, y, x).
void gather_tile(std::span<const float> image,
                 const imaging::Extent3& extent,
                 const imaging::Extent3& corner,
                 const imaging::Extent3& patch,
                 std::int64_t channels,
                 std::span<float> tile);

}  // namespace nnflow::predict
