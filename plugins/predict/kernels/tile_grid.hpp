// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "nnflow/imaging/extent.hpp"

namespace nnflow::predict {

/// Start positions of the tiles along one axis of `image` voxels covered by tiles of `patch` voxels
/// that are `step` tile lengths (0 < step <= 1) apart or closer (nnunet-inference 3.5): the first
/// starts at 0, the last ends at `image`, positions in between are rounded half to even. `image >=
/// patch > 0`.
[[nodiscard]] std::vector<std::int64_t> tile_starts(std::int64_t image,
                                                    std::int64_t patch,
                                                    double step);

/// Lower corners {z, y, x} of all tiles of an image in prediction order (x fastest). Axes of the
/// image shorter than the patch are padded: the image occupies `patch_padding(...)` of the padded
/// grid that these corners refer to. With `slice_wise` (2D configurations, `patch[0] == 1`) every
/// slice along z is its own row of tiles.
[[nodiscard]] std::vector<imaging::Extent3> tile_grid(const imaging::Extent3& image,
                                                      const imaging::Extent3& patch,
                                                      double step,
                                                      bool slice_wise);

}  // namespace nnflow::predict
