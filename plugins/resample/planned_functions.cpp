// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "resample/planned_functions.hpp"

#include <string>

#include <nnflow/error.hpp>

namespace nnflow::resample {
namespace {

const nnunet::Json* argument(const nnunet::Resampling& how, const char* key) {
  if (!how.kwargs.is_object()) return nullptr;
  const auto found = how.kwargs.find(key);
  return found == how.kwargs.end() ? nullptr : &*found;
}

void require_mode(const nnunet::Resampling& how, const char* key, const std::string& expected) {
  const nnunet::Json* value = argument(how, key);
  if (value == nullptr || *value == expected) return;
  throw Error(ErrorCode::kInvalidData, std::string(key) + " " + value->dump() + " of " +
                                           kTorchFunction + " in the plans, expected \"" +
                                           expected + "\"");
}

}  // namespace

void check_resampling(const nnunet::Resampling& how) {
  if (how.function == kIdentityFunction) return;
  if (how.function == kTorchFunction) {
    require_mode(how, "mode", "linear");
    require_mode(how, "aniso_axis_mode", "nearest-exact");
    return;
  }
  if (how.function != kDefaultFunction) {
    throw Error(ErrorCode::kInvalidData, "resampling function '" + how.function +
                                             "' in the plans, expected " + kDefaultFunction + ", " +
                                             kTorchFunction + " or " + kIdentityFunction);
  }
  if (how.order_z != 0) {
    throw Error(ErrorCode::kInvalidData,
                "order_z " + std::to_string(how.order_z) + " in the plans, expected 0");
  }
}

Order order_of(int order, bool label) {
  if (order == 0 || order == 1 || (order == 3 && !label)) return static_cast<Order>(order);
  throw Error(ErrorCode::kInvalidData, "order " + std::to_string(order) +
                                           " in the plans, expected " +
                                           (label ? "0 or 1 for label maps" : "0, 1 or 3"));
}

TorchLabelRule torch_rule(const nnunet::Resampling& how) {
  const nnunet::Json* saving = argument(how, "memefficient_seg_resampling");
  return saving != nullptr && *saving == true ? TorchLabelRule::kAboveHalf
                                              : TorchLabelRule::kHighestScore;
}

}  // namespace nnflow::resample
