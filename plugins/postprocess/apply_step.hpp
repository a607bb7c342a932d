// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <nnflow/imaging/extent.hpp>
#include <nnflow/nnunet/postprocessing.hpp>
#include <span>

namespace nnflow::postprocess {

/// Applies one step to labels with the axes (z, y, x); returns the number of voxels removed.
std::int64_t apply_step(const nnunet::PostprocessingStep& step,
                        std::span<std::int16_t> labels,
                        const imaging::Extent3& extent);

}  // namespace nnflow::postprocess
