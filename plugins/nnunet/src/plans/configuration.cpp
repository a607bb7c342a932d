// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "plans/configuration.hpp"

#include <algorithm>

#include "json/json_fields.hpp"

namespace nnflow::nnunet {
namespace {

Resampling read_resampling(JsonFields& fields, const std::string& key, Resampling fallback) {
  fallback.function = fields.text(key);
  const std::string kwargs_key = key + "_kwargs";
  const Json* const kwargs = fields.require(kwargs_key, "an object");
  if (kwargs == nullptr) return fallback;
  if (!kwargs->is_object()) {
    fields.wrong(kwargs_key, *kwargs, "an object");
    return fallback;
  }
  fallback.kwargs = *kwargs;
  JsonFields inner(*kwargs, fields.where() + kwargs_key + ".", fields.findings());
  fallback.is_seg = inner.boolean("is_seg", fallback.is_seg, false);
  fallback.order = static_cast<int>(inner.integer("order", fallback.order, false));
  fallback.order_z = static_cast<int>(inner.integer("order_z", fallback.order_z, false));
  fallback.separate_z_anisotropy_threshold =
      inner.real("separate_z_anisotropy_threshold", 3.0, false);
  if (const Json* const force = inner.find("force_separate_z");
      force != nullptr && !force->is_null()) {
    fallback.force_separate_z = inner.boolean("force_separate_z", false);
  }
  return fallback;
}

std::vector<std::string> read_next_stages(JsonFields& fields) {
  const Json* const value = fields.find("next_stage");
  if (value == nullptr || value->is_null()) return {};
  if (value->is_array()) return fields.texts("next_stage");
  return {fields.text("next_stage")};
}

void check_positive(JsonFields& fields, const char* key, const auto& values) {
  if (std::any_of(values.begin(), values.end(), [](auto v) { return !(v > 0); })) {
    fields.wrong(key, *fields.find(key), "positive numbers");
  }
}

void check_sizes(JsonFields& fields, const ConfigurationPlan& plan) {
  fields.check_size("patch_size", plan.patch_size, 2, 3);
  const std::size_t axes = plan.patch_size.size();
  fields.check_size("spacing", plan.spacing, axes, axes);
  if (plan.use_mask_for_norm.size() != plan.normalization_schemes.size()) {
    fields.check_size("use_mask_for_norm", plan.use_mask_for_norm,
                      plan.normalization_schemes.size(), plan.normalization_schemes.size());
  }
  check_positive(fields, "patch_size", plan.patch_size);
  check_positive(fields, "spacing", plan.spacing);
  if (plan.batch_size < 1 && fields.find("batch_size") != nullptr) {
    fields.wrong("batch_size", *fields.find("batch_size"), "a positive integer");
  }
  const auto& architecture = plan.architecture;
  if (!fields.findings().empty() || architecture.strides.empty()) return;
  if (architecture.strides.front().size() != axes) {
    fields.wrong(
        "patch_size", *fields.find("patch_size"),
        std::to_string(architecture.strides.front().size()) + " entries, as the network has axes");
    return;
  }
  for (std::size_t axis = 0; axis < axes; ++axis) {
    std::int64_t divisor = 1;
    bool divisible = true;
    for (const auto& stride : architecture.strides) {
      divisible = divisible && stride[axis] <= plan.patch_size[axis] / divisor;
      if (divisible) divisor *= stride[axis];
    }
    if (!divisible || plan.patch_size[axis] % divisor != 0) {
      fields.wrong("patch_size", *fields.find("patch_size"),
                   "entry " + std::to_string(axis) +
                       " to be divisible by the product of the network's strides");
    }
  }
}

}  // namespace

ConfigurationPlan parse_configuration(Json resolved,
                                      const std::string& name,
                                      std::vector<std::string>& findings) {
  ConfigurationPlan plan;
  plan.name = name;
  const std::string where = "configurations." + name + ".";
  convert_old_architecture(resolved, where, findings);
  JsonFields fields(resolved, where, findings);
  plan.data_identifier = fields.text("data_identifier");
  plan.preprocessor_name = fields.text("preprocessor_name", plan.preprocessor_name, false);
  plan.batch_size = fields.integer("batch_size");
  plan.patch_size = fields.integers("patch_size");
  plan.spacing = fields.reals("spacing");
  if (fields.find("median_image_size_in_voxels") != nullptr) {
    plan.median_image_size_in_voxels = fields.reals("median_image_size_in_voxels");
    const Json& sizes = *fields.find("median_image_size_in_voxels");
    plan.median_size_is_integer = std::all_of(sizes.begin(), sizes.end(),
                                              [](const Json& v) { return v.is_number_integer(); });
  }
  plan.normalization_schemes = fields.texts("normalization_schemes");
  if (const Json* const masks = fields.require("use_mask_for_norm", "a list of true and false")) {
    for (const Json& mask : masks->is_array() ? *masks : Json::array({*masks})) {
      if (!masks->is_array() || !mask.is_boolean()) {
        fields.wrong("use_mask_for_norm", *masks, "a list of true and false");
        break;
      }
      plan.use_mask_for_norm.push_back(mask.get<bool>());
    }
  }
  plan.resampling_data = read_resampling(fields, "resampling_fn_data", Resampling::image());
  plan.resampling_seg = read_resampling(fields, "resampling_fn_seg", Resampling::segmentation());
  plan.resampling_probabilities =
      read_resampling(fields, "resampling_fn_probabilities", Resampling::probabilities());
  if (const Json* const architecture = fields.find("architecture")) {
    plan.architecture = Architecture::from_json(*architecture, where + "architecture", findings);
  }
  plan.batch_dice = fields.boolean("batch_dice", false, false);
  if (fields.find("previous_stage") != nullptr) plan.previous_stage = fields.text("previous_stage");
  plan.next_stages = read_next_stages(fields);
  if (!plan.patch_size.empty()) check_sizes(fields, plan);
  plan.json = std::move(resolved);
  return plan;
}

Resampling Resampling::make(bool is_seg, int order) {
  Resampling result;
  result.is_seg = is_seg;
  result.order = order;
  return result;
}

Json Resampling::kwargs_json() const {
  if (kwargs.is_object()) return kwargs;
  Json json;
  json["is_seg"] = is_seg;
  json["order"] = order;
  json["order_z"] = order_z;
  json["force_separate_z"] = force_separate_z ? Json(*force_separate_z) : Json();
  return json;
}

imaging::Extent3 ConfigurationPlan::patch_extent() const {
  imaging::Extent3 extent{1, 1, 1};
  for (std::size_t i = 0; i < patch_size.size() && i < 3; ++i) {
    extent[i + 3 - patch_size.size()] = patch_size[i];
  }
  return extent;
}

imaging::Spacing3 ConfigurationPlan::target_spacing(
    const imaging::Spacing3& transposed_case_spacing) const {
  imaging::Spacing3 result = transposed_case_spacing;
  for (std::size_t i = 0; i < spacing.size() && i < 3; ++i)
    result[i + 3 - spacing.size()] = spacing[i];
  return result;
}

Json ConfigurationPlan::to_json() const {
  Json result;
  result["data_identifier"] = data_identifier;
  result["preprocessor_name"] = preprocessor_name;
  result["batch_size"] = batch_size;
  result["patch_size"] = patch_size;
  Json& median = result["median_image_size_in_voxels"] = Json::array();
  for (const double size : median_image_size_in_voxels) {
    median.push_back(median_size_is_integer ? Json(static_cast<std::int64_t>(size)) : Json(size));
  }
  result["spacing"] = spacing;
  result["normalization_schemes"] = normalization_schemes;
  result["use_mask_for_norm"] = use_mask_for_norm;
  result["resampling_fn_data"] = resampling_data.function;
  result["resampling_fn_seg"] = resampling_seg.function;
  result["resampling_fn_data_kwargs"] = resampling_data.kwargs_json();
  result["resampling_fn_seg_kwargs"] = resampling_seg.kwargs_json();
  result["resampling_fn_probabilities"] = resampling_probabilities.function;
  result["resampling_fn_probabilities_kwargs"] = resampling_probabilities.kwargs_json();
  result["architecture"] = architecture.to_json();
  result["batch_dice"] = batch_dice;
  if (previous_stage) result["previous_stage"] = *previous_stage;
  if (next_stages.size() == 1) {
    result["next_stage"] = next_stages.front();
  } else if (!next_stages.empty()) {
    result["next_stage"] = next_stages;
  }
  return result;
}

}  // namespace nnflow::nnunet
