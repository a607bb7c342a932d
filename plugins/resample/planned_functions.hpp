// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nnflow/nnunet/plans.hpp>

#include "resample/kernels/resample.hpp"

namespace nnflow::resample {

// The resampling functions that plans can name.
inline constexpr const char* kDefaultFunction = "resample_data_or_seg_to_shape";
inline constexpr const char* kTorchFunction = "resample_torch_fornnunet";
inline constexpr const char* kIdentityFunction = "no_resampling_hack";

/// Throws Error(kInvalidData) for a function that is none of these, or that has arguments which are
/// not supported.
void check_resampling(const nnunet::Resampling& how);
/// The interpolation order for `kDefaultFunction`; throws Error(kInvalidData) for others than 0, 1
/// and, for images, 3.
[[nodiscard]] Order order_of(int order, bool label);
/// How `kTorchFunction` decides labels.
[[nodiscard]] TorchLabelRule torch_rule(const nnunet::Resampling& how);

}  // namespace nnflow::resample
