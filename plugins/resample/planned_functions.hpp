// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <nnflow/nnunet/plans.hpp>

#include "resample/kernels/resample.hpp"

namespace nnflow::resample {

// The resampling functions that plans can name.
inline constexpr const char* kDefaultFunction = "resample_data_or_seg_to_shape";
inline constexpr const char* kTorchFunction = "resample_torch_fornnunet";
inline constexpr const char* kIdentityFunction = "no_resampling_hack";

/// An entry `resampling_fn_data` or `resampling_fn_seg` of a configuration, checked.
struct PlannedFunction {
  const nnunet::Resampling& how;
  Order order = Order::kLinear;                         ///< for kDefaultFunction
  TorchLabelRule rule = TorchLabelRule::kHighestScore;  ///< for kTorchFunction

  [[nodiscard]] bool is(const char* function) const { return how.function == function; }
};

/// `where` names the entry in messages: file, configuration, key.
/// @throws nnflow::Error kInvalidData for a function that is none of the three, or that has
/// arguments which are not supported
[[nodiscard]] PlannedFunction planned_function(const nnunet::Resampling& how,
                                               const std::string& where,
                                               bool label);

}  // namespace nnflow::resample
