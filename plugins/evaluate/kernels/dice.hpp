// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "evaluate/kernels/confusion.hpp"

namespace nnflow::evaluate {

/// 2TP / (2TP + FP + FN); NaN where neither prediction nor reference has a voxel
/// (nnunet-inference 7.1).
[[nodiscard]] double dice(const Counts& counts);

/// TP / (TP + FP + FN); NaN as for `dice`.
[[nodiscard]] double intersection_over_union(const Counts& counts);

}  // namespace nnflow::evaluate
