// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "json/json_fields.hpp"
#include "nnflow/nnunet/plans.hpp"

namespace nnflow::nnunet {
namespace {

constexpr std::size_t kMaxStages = 64;

/// Reads `value` for each stage; one number stands for all stages.
std::vector<std::int64_t> per_stage(JsonFields& fields, std::string_view key, std::size_t stages) {
  const Json* const value = fields.find(key);
  if (value != nullptr && as_integer(*value)) {
    return std::vector<std::int64_t>(stages, *as_integer(*value));
  }
  auto result = fields.integers(key);
  fields.check_size(key, result, stages, stages);
  if (std::any_of(result.begin(), result.end(), [](auto n) { return n <= 0; })) {
    fields.wrong(key, *value, "positive integers");
  }
  return result;
}

/// Reads a list with one entry per axis for each stage; a number stands for all axes of its stage,
/// or for everything.
std::vector<std::vector<std::int64_t>> per_stage_and_axis(JsonFields& fields,
                                                          std::string_view key,
                                                          std::size_t stages,
                                                          std::size_t axes) {
  constexpr std::string_view kExpected =
      "for each stage a list of positive integers, one for each axis";
  const Json* const value = fields.require(key, kExpected);
  if (value == nullptr) return {};
  std::vector<std::vector<std::int64_t>> result;
  bool good = true;
  const auto add = [&](const Json& stage) {
    if (const auto number = as_integer(stage)) {
      result.emplace_back(axes, *number);
    } else if (stage.is_array()) {
      auto& row = result.emplace_back();
      for (const Json& item : stage) row.push_back(as_integer(item).value_or(0));
    } else {
      good = false;
    }
  };
  if (value->is_array()) {
    for (const Json& stage : *value) add(stage);
  } else {
    for (std::size_t i = 0; i < stages; ++i) add(*value);
  }
  good = good && result.size() == stages;
  for (const auto& row : result) {
    good = good && row.size() == axes &&
           std::all_of(row.begin(), row.end(), [](auto n) { return n > 0; });
  }
  if (!good) fields.wrong(key, *value, kExpected);
  return result;
}

std::string optional_text(JsonFields& fields, std::string_view key) {
  const Json* const value = fields.find(key);
  return value == nullptr || value->is_null() ? std::string() : fields.text(key);
}

std::size_t axes_of(const std::string& conv_op, JsonFields& fields) {
  if (conv_op.ends_with("Conv2d")) return 2;
  if (conv_op.ends_with("Conv3d")) return 3;
  if (const Json* const value = fields.find("conv_op")) {
    fields.wrong("conv_op", *value, "torch.nn.modules.conv.Conv2d or torch.nn.modules.conv.Conv3d");
  }
  return 3;
}

/// Nested `<op>_kwargs`; an absent or null one counts as empty.
Json kwargs_of(JsonFields& fields, std::string_view key) {
  const Json* const value = fields.find(key);
  if (value == nullptr || value->is_null()) return Json::object();
  if (!value->is_object()) {
    fields.wrong(key, *value, "an object or null");
    return Json::object();
  }
  return *value;
}

Json text_or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }

}  // namespace

bool Architecture::is_residual() const { return class_name() == "ResidualEncoderUNet"; }

std::string Architecture::class_name() const {
  return network_class_name.substr(network_class_name.rfind('.') + 1);
}

std::int64_t Architecture::dimension() const {
  return strides.empty() ? 3 : static_cast<std::int64_t>(strides.front().size());
}

Architecture Architecture::from_json(const Json& json,
                                     std::string_view where,
                                     std::vector<std::string>& findings) {
  Architecture result;
  result.json = json;
  const std::string prefix(where);
  if (!json.is_object()) {
    findings.push_back("key '" + prefix + "' is " + shown(json) + ", expected an object");
    return result;
  }
  JsonFields outer(json, prefix + ".", findings);
  result.network_class_name = outer.text("network_class_name");
  const Json* const kwargs = outer.require("arch_kwargs", "an object");
  if (kwargs == nullptr) return result;
  if (!kwargs->is_object()) {
    outer.wrong("arch_kwargs", *kwargs, "an object");
    return result;
  }
  const std::string class_name = result.class_name();
  if (class_name != "PlainConvUNet" && class_name != "ResidualEncoderUNet") {
    return result;  // another network: its own arguments, known only to who builds it
  }
  JsonFields fields(*kwargs, prefix + ".arch_kwargs.", findings);
  result.n_stages = fields.integer("n_stages");
  if (result.n_stages < 1 || result.n_stages > static_cast<std::int64_t>(kMaxStages)) {
    if (const Json* const value = fields.find("n_stages")) {
      fields.wrong("n_stages", *value, "an integer from 1 to " + std::to_string(kMaxStages));
    }
    return result;
  }
  const auto stages = static_cast<std::size_t>(result.n_stages);
  result.conv_op = fields.text("conv_op");
  const std::size_t axes = axes_of(result.conv_op, fields);
  result.features_per_stage = per_stage(fields, "features_per_stage", stages);
  result.kernel_sizes = per_stage_and_axis(fields, "kernel_sizes", stages, axes);
  result.strides = per_stage_and_axis(fields, "strides", stages, axes);
  result.n_conv_per_stage =
      per_stage(fields, result.is_residual() ? "n_blocks_per_stage" : "n_conv_per_stage", stages);
  result.n_conv_per_stage_decoder = per_stage(fields, "n_conv_per_stage_decoder", stages - 1);
  result.conv_bias = fields.boolean("conv_bias", false, false);
  result.norm_op = optional_text(fields, "norm_op");
  const Json norm = kwargs_of(fields, "norm_op_kwargs");
  JsonFields norm_fields(norm, prefix + ".arch_kwargs.norm_op_kwargs.", findings);
  result.norm_eps = norm_fields.real("eps", 1e-5, false);
  result.norm_affine =
      norm_fields.boolean("affine", result.norm_op.find("BatchNorm") != std::string::npos, false);
  result.dropout_op = optional_text(fields, "dropout_op");
  result.nonlin = optional_text(fields, "nonlin");
  const Json nonlin = kwargs_of(fields, "nonlin_kwargs");
  JsonFields nonlin_fields(nonlin, prefix + ".arch_kwargs.nonlin_kwargs.", findings);
  result.nonlin_negative_slope = nonlin_fields.real("negative_slope", 0.01, false);
  return result;
}

Json Architecture::to_json() const {
  if (json.is_object() && !json.empty()) return json;
  Json kwargs;
  kwargs["n_stages"] = n_stages;
  kwargs["features_per_stage"] = features_per_stage;
  kwargs["conv_op"] = conv_op;
  kwargs["kernel_sizes"] = kernel_sizes;
  kwargs["strides"] = strides;
  kwargs[is_residual() ? "n_blocks_per_stage" : "n_conv_per_stage"] = n_conv_per_stage;
  kwargs["n_conv_per_stage_decoder"] = n_conv_per_stage_decoder;
  kwargs["conv_bias"] = conv_bias;
  kwargs["norm_op"] = text_or_null(norm_op);
  kwargs["norm_op_kwargs"]["eps"] = norm_eps;
  kwargs["norm_op_kwargs"]["affine"] = norm_affine;
  kwargs["dropout_op"] = text_or_null(dropout_op);
  kwargs["dropout_op_kwargs"] = nullptr;
  kwargs["nonlin"] = text_or_null(nonlin);
  kwargs["nonlin_kwargs"]["inplace"] = true;
  Json result;
  result["network_class_name"] = network_class_name;
  result["arch_kwargs"] = std::move(kwargs);
  result["_kw_requires_import"] = {"conv_op", "norm_op", "dropout_op", "nonlin"};
  return result;
}

}  // namespace nnflow::nnunet
