// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "json/json_fields.hpp"
#include "plans/configuration.hpp"

namespace nnflow::nnunet {

Json resolve_configuration(const Json& configurations,
                           const std::string& name,
                           std::vector<std::string>& findings) {
  std::vector<std::string> chain;  // child first
  std::string current = name;
  while (true) {
    if (std::find(chain.begin(), chain.end(), current) != chain.end()) {
      std::string text;
      for (const auto& link : chain) text += link + " -> ";
      findings.push_back("key 'configurations." + name +
                         ".inherits_from' runs in a circle: " + text + current);
      return nullptr;
    }
    const auto place = configurations.find(current);
    if (place == configurations.end() || !place->is_object()) {
      findings.push_back("key 'configurations." +
                         (chain.empty() ? name : chain.back() + ".inherits_from") +
                         "': there is no configuration '" + current + "'");
      return nullptr;
    }
    chain.push_back(current);
    const auto parent = place->find("inherits_from");
    if (parent == place->end()) break;
    if (!parent->is_string()) {
      findings.push_back("key 'configurations." + current + ".inherits_from' is " + shown(*parent) +
                         ", expected the name of a configuration");
      return nullptr;
    }
    current = parent->get<std::string>();
  }
  Json result = Json::object();
  for (auto link = chain.rbegin(); link != chain.rend(); ++link) {
    for (const auto& [key, value] : configurations.at(*link).items()) result[key] = value;
  }
  return result;
}

void convert_old_architecture(Json& configuration,
                              const std::string& where,
                              std::vector<std::string>& findings) {
  if (configuration.find("architecture") != configuration.end()) return;
  JsonFields fields(configuration, where, findings);
  if (fields.find("UNet_class_name") == nullptr) {
    fields.require("architecture", "an object, or the older 'UNet_class_name' and its companions");
    return;
  }
  const std::string class_name = fields.text("UNet_class_name");
  const bool residual = class_name == "ResidualEncoderUNet";
  if (!residual && class_name != "PlainConvUNet") {
    fields.wrong("UNet_class_name", *fields.find("UNet_class_name"),
                 "PlainConvUNet or ResidualEncoderUNet");
    return;
  }
  const std::size_t before = findings.size();
  Architecture result;
  const std::string axes = fields.integers("patch_size").size() == 2 ? "2d" : "3d";
  result.network_class_name =
      std::string("dynamic_network_architectures.architectures.") +
      (residual ? "residual_unet.ResidualEncoderUNet" : "unet.PlainConvUNet");
  result.n_conv_per_stage = fields.integers("n_conv_per_stage_encoder");
  result.n_conv_per_stage_decoder = fields.integers("n_conv_per_stage_decoder");
  result.n_stages = static_cast<std::int64_t>(result.n_conv_per_stage.size());
  const std::int64_t base = fields.integer("UNet_base_num_features");
  const std::int64_t limit = fields.integer("unet_max_num_features");
  const Json* const strides = fields.require("pool_op_kernel_sizes", "a list for each stage");
  const Json* const kernels = fields.require("conv_kernel_sizes", "a list for each stage");
  for (const char* const key : {"UNet_base_num_features", "unet_max_num_features"}) {
    const Json* const value = fields.find(key);
    if (value != nullptr && as_integer(*value).value_or(1) < 1) {
      fields.wrong(key, *value, "a positive integer");
    }
  }
  if (findings.size() != before) return;
  std::int64_t features = std::min(base, limit);
  for (std::int64_t stage = 0; stage < result.n_stages; ++stage) {
    result.features_per_stage.push_back(features);
    features = features > limit / 2 ? limit : 2 * features;
  }
  result.conv_op = "torch.nn.modules.conv.Conv" + axes;
  result.norm_op = "torch.nn.modules.instancenorm.InstanceNorm" + axes;
  result.nonlin = "torch.nn.LeakyReLU";
  Json json = result.to_json();
  json["arch_kwargs"]["strides"] = *strides;
  json["arch_kwargs"]["kernel_sizes"] = *kernels;
  for (const char* const key :
       {"UNet_class_name", "UNet_base_num_features", "n_conv_per_stage_encoder",
        "n_conv_per_stage_decoder", "num_pool_per_axis", "pool_op_kernel_sizes",
        "conv_kernel_sizes", "unet_max_num_features"}) {
    configuration.erase(key);
  }
  configuration["architecture"] = std::move(json);
}

}  // namespace nnflow::nnunet
