// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "nnflow/imaging/export.hpp"
#include "nnflow/imaging/extent.hpp"

namespace nnflow::imaging {

/// The array axis (0, 1 or 2) that nnU-Net resamples by nearest neighbour while it interpolates the
/// other two slice by slice; empty = all three are interpolated together (nnunet-data 6.1,
/// nnunet-inference 4.2). `current` and `target` are voxel sizes in mm, `force` is nnU-Net's
/// `force_separate_z`, `threshold` its `separate_z_anisotropy_threshold`.
[[nodiscard]] NNFLOW_IMAGING_EXPORT std::optional<int> separate_axis(
    const Spacing3& current,
    const Spacing3& target,
    std::optional<bool> force = std::nullopt,
    double threshold = 3.0);

}  // namespace nnflow::imaging
