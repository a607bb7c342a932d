// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "resample/planned_functions.hpp"

#include <nnflow/error.hpp>

namespace nnflow::resample {
namespace {

[[noreturn]] void refuse(const std::string& where,
                         const std::string& is,
                         const std::string& expected) {
  std::string message = where;
  message += is;
  message += ", expected ";
  message += expected;
  throw Error(ErrorCode::kInvalidData, message);
}

const nnunet::Json* argument(const nnunet::Resampling& how, const char* key) {
  if (!how.kwargs.is_object()) return nullptr;
  const auto found = how.kwargs.find(key);
  return found == how.kwargs.end() ? nullptr : &*found;
}

void require_mode(const nnunet::Resampling& how,
                  const std::string& where,
                  const std::string& key,
                  const std::string& expected) {
  const nnunet::Json* value = argument(how, key.c_str());
  if (value == nullptr || *value == expected) return;
  refuse(where, "_kwargs has " + key + " " + value->dump(), nnunet::Json(expected).dump());
}

TorchLabelRule torch_rule(const nnunet::Resampling& how, const std::string& where) {
  const std::string key = "memefficient_seg_resampling";
  const nnunet::Json* saving = argument(how, key.c_str());
  if (saving == nullptr) return TorchLabelRule::kHighestScore;
  if (!saving->is_boolean()) {
    refuse(where, "_kwargs has " + key + " " + saving->dump(), "true or false");
  }
  return saving->get<bool>() ? TorchLabelRule::kAboveHalf : TorchLabelRule::kHighestScore;
}

Order order_of(int order, const std::string& where, bool label) {
  if (order == 0 || order == 1 || (order == 3 && !label)) return static_cast<Order>(order);
  refuse(where, "_kwargs has order " + std::to_string(order),
         label ? "0 or 1 for label maps" : "0, 1 or 3");
}

}  // namespace

PlannedFunction planned_function(const nnunet::Resampling& how,
                                 const std::string& where,
                                 bool label) {
  PlannedFunction planned{how};
  if (planned.is(kIdentityFunction)) return planned;
  if (planned.is(kTorchFunction)) {
    require_mode(how, where, "mode", "linear");
    require_mode(how, where, "aniso_axis_mode", "nearest-exact");
    planned.rule = torch_rule(how, where);
    return planned;
  }
  if (!planned.is(kDefaultFunction)) {
    std::string expected = kDefaultFunction;
    expected += std::string(", ") + kTorchFunction + " or " + kIdentityFunction;
    refuse(where, " is " + nnunet::Json(how.function).dump(), expected);
  }
  if (how.order_z != 0) refuse(where, "_kwargs has order_z " + std::to_string(how.order_z), "0");
  planned.order = order_of(how.order, where, label);
  return planned;
}

}  // namespace nnflow::resample
