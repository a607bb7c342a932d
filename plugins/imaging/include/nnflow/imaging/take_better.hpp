// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "nnflow/imaging/export.hpp"

namespace nnflow::imaging {

/// A step of the arg-max over classes, voxel by voxel: where `values` is larger than `best`, that
/// becomes the best value and `label` the voxel's label; of equal ones the earlier class stays, and
/// NaN is never better. Arrays of `count` elements that do not overlap. Labels are as wide as
/// values, so that vectors of both have equally many elements.
NNFLOW_IMAGING_EXPORT void take_better(
    const float* values, std::int64_t count, std::int32_t label, float* best, std::int32_t* labels);

}  // namespace nnflow::imaging
