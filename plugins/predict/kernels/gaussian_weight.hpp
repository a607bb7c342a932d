// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "nnflow/imaging/extent.hpp"

namespace nnflow::predict {

/// Importance of every voxel of a tile, axes (z, y, x): a Gaussian of sigma patch/8 that peaks at
/// 10 at patch/2, rounded to binary16 by way of float32, with zeros replaced by the smallest
/// non-zero value (nnunet-inference 3.6). For a 2D patch `patch[0] == 1`, and that axis has no
/// influence.
[[nodiscard]] std::vector<float> gaussian_weight(const imaging::Extent3& patch);

}  // namespace nnflow::predict
