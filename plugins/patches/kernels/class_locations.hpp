// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "nnflow/imaging/extent.hpp"
#include "nnflow/nnunet/random_state.hpp"

namespace nnflow::patches {

/// A random sample of the voxels of each class, (z, y, x), in the drawn order: at most 10000, or
/// one percent of the class if that is more (nnunet-data 5.3). The same draws as nnU-Net for a
/// generator seeded alike.
/// @param classes labels of each class; a class with several labels is their union
/// @param label (z, y, x), contiguous
[[nodiscard]] std::vector<std::vector<std::array<std::int32_t, 3>>> class_locations(
    std::span<const std::int16_t> label,
    const imaging::Extent3& extent,
    std::span<const std::vector<std::int64_t>> classes,
    nnunet::RandomState& random);

}  // namespace nnflow::patches
