// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "nnflow/imaging/extent.hpp"

namespace nnflow::postprocess {

/// Sets to `background` every voxel of `labels`, axes (z, y, x), whose value is in `members` and
/// that is not in a largest component of all such voxels together; components of equal size all
/// stay (nnunet-inference 6.4). Returns the number of voxels removed.
std::int64_t keep_largest_components(std::span<std::int16_t> labels,
                                     const imaging::Extent3& extent,
                                     std::span<const std::int64_t> members,
                                     std::int16_t background = 0);

}  // namespace nnflow::postprocess
