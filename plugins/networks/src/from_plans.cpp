// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "nnflow/networks/from_plans.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <string_view>

#include "nnflow/error.hpp"

namespace nnflow::networks {
namespace {

std::string_view last_component(std::string_view dotted) {
  const std::size_t dot = dotted.rfind('.');
  return dot == std::string_view::npos ? dotted : dotted.substr(dot + 1);
}

[[noreturn]] void refuse(const std::string& where,
                         std::string_view key,
                         const std::string& found,
                         const std::string& expected) {
  throw Error(ErrorCode::kInvalidData,
              where + ": " + std::string(key) + " is '" + found + "', expected " + expected);
}

Extent3 padded(const std::vector<std::int64_t>& axes) {
  Extent3 result{1, 1, 1};
  const std::size_t offset = 3 - axes.size();
  for (std::size_t i = 0; i < axes.size(); ++i) result[offset + i] = axes[i];
  return result;
}

bool is_null_or(const nnunet::Json& value, const nnunet::Json& expected) {
  return value.is_null() || value == expected;
}

/// The arguments that a nested `<op>_kwargs` has; none where it is absent or null.
nnunet::Json nested(const nnunet::Json& kwargs, const char* key) {
  const auto found = kwargs.find(key);
  return found != kwargs.end() && found->is_object() ? *found : nnunet::Json::object();
}

void refuse_others(const std::string& where,
                   const std::string& parent,
                   const nnunet::Json& object,
                   std::initializer_list<std::string_view> known) {
  for (const auto& [key, value] : object.items()) {
    if (std::find(known.begin(), known.end(), key) == known.end())
      refuse(where, parent + key, value.dump(), "no such argument");
  }
}

/// Arguments that the networks here do not have would give another network than the plans'.
void refuse_what_is_not_built(const nnunet::Architecture& architecture,
                              const NetworkSpec& spec,
                              const std::string& where) {
  const auto found = architecture.json.find("arch_kwargs");
  if (found == architecture.json.end() || !found->is_object()) return;
  const nnunet::Json& kwargs = *found;
  const bool plain = spec.kind == NetworkKind::kPlainConvUNet;
  constexpr std::array kShared{
      "n_stages",       "features_per_stage", "conv_op",           "kernel_sizes",
      "strides",        "conv_bias",          "norm_op",           "n_conv_per_stage_decoder",
      "norm_op_kwargs", "dropout_op",         "dropout_op_kwargs", "nonlin",
      "nonlin_kwargs",  "deep_supervision"};
  for (const auto& [key, value] : kwargs.items()) {
    if (std::find(kShared.begin(), kShared.end(), key) != kShared.end()) continue;
    if (key == (plain ? "n_conv_per_stage" : "n_blocks_per_stage")) continue;
    if (plain && key == "nonlin_first") {
      if (!is_null_or(value, false)) refuse(where, key, value.dump(), "false");
    } else if (!plain && key == "block") {
      if (!value.is_null() &&
          !(value.is_string() && last_component(value.get<std::string>()) == "BasicBlockD")) {
        refuse(where, key, value.dump(), "BasicBlockD");
      }
    } else if (!plain && key == "stem_channels") {
      if (!is_null_or(value, spec.features.empty() ? 0 : spec.features.front()))
        refuse(where, key, value.dump(), "null or as many as the first of features_per_stage");
    } else if (plain || key != "bottleneck_channels") {  // which only other blocks have
      refuse(where, key, value.dump(), "no such argument");
    }
  }
  const nnunet::Json norm = nested(kwargs, "norm_op_kwargs");
  refuse_others(where, "norm_op_kwargs.", norm,
                {"eps", "affine", "momentum", "track_running_stats"});
  const bool batch = spec.norm == NormKind::kBatch;
  const nnunet::Json tracks = norm.value("track_running_stats", nnunet::Json());
  if (!is_null_or(tracks, batch)) {
    refuse(where, "norm_op_kwargs.track_running_stats", tracks.dump(), batch ? "true" : "false");
  }
  const nnunet::Json momentum = norm.value("momentum", nnunet::Json());
  if (batch && norm.contains("momentum") && momentum != 0.1)
    refuse(where, "norm_op_kwargs.momentum", momentum.dump(), "0.1");
  const nnunet::Json nonlin = nested(kwargs, "nonlin_kwargs");
  if (last_component(architecture.nonlin) == "ReLU") {
    refuse_others(where, "nonlin_kwargs.", nonlin, {"inplace"});
  } else {
    refuse_others(where, "nonlin_kwargs.", nonlin, {"inplace", "negative_slope"});
  }
}

}  // namespace

void refuse_dropout(const nnunet::Architecture& architecture, const std::string& where) {
  if (architecture.dropout_op.empty()) return;
  const auto kwargs = architecture.json.find("arch_kwargs");
  const nnunet::Json options = kwargs == architecture.json.end()
                                   ? nnunet::Json::object()
                                   : nested(*kwargs, "dropout_op_kwargs");
  const nnunet::Json p = options.value("p", nnunet::Json(0.5));
  if (p == 0.0) return;
  refuse(where, "dropout_op", architecture.dropout_op + " (p = " + p.dump() + ")",
         "null: trainings here have no dropout; models trained with it predict");
}

NetworkSpec network_spec(const nnunet::Architecture& architecture,
                         std::int64_t input_channels,
                         std::int64_t classes,
                         const std::string& where) {
  NetworkSpec spec;
  const std::string_view name = last_component(architecture.network_class_name);
  if (name == "ResidualEncoderUNet") {
    spec.kind = NetworkKind::kResidualEncoderUNet;
  } else if (name != "PlainConvUNet") {
    refuse(where, "network_class_name", architecture.network_class_name,
           "PlainConvUNet or ResidualEncoderUNet");
  }
  const std::string_view conv = last_component(architecture.conv_op);
  if (conv != "Conv2d" && conv != "Conv3d")
    refuse(where, "conv_op", architecture.conv_op, "Conv2d or Conv3d");
  spec.dimensions = conv == "Conv2d" ? 2 : 3;
  const std::string_view norm = last_component(architecture.norm_op);
  if (norm == "BatchNorm2d" || norm == "BatchNorm3d") {
    spec.norm = NormKind::kBatch;
  } else if (norm != "InstanceNorm2d" && norm != "InstanceNorm3d") {
    refuse(where, "norm_op", architecture.norm_op,
           "InstanceNorm2d, InstanceNorm3d, BatchNorm2d or BatchNorm3d");
  }
  const std::string_view nonlin = last_component(architecture.nonlin);
  if (nonlin != "LeakyReLU" && nonlin != "ReLU")
    refuse(where, "nonlin", architecture.nonlin, "LeakyReLU or ReLU");
  spec.negative_slope = nonlin == "ReLU" ? 0.0 : architecture.nonlin_negative_slope;
  spec.has_dropout = !architecture.dropout_op.empty();
  spec.input_channels = input_channels;
  spec.classes = classes;
  spec.features = architecture.features_per_stage;
  spec.blocks_per_stage = architecture.n_conv_per_stage;
  spec.decoder_convs = architecture.n_conv_per_stage_decoder;
  spec.conv_bias = architecture.conv_bias;
  spec.norm_affine = architecture.norm_affine;
  spec.norm_eps = architecture.norm_eps;
  const auto dimensions = static_cast<std::size_t>(spec.dimensions);
  for (const auto* lists : {&architecture.kernel_sizes, &architecture.strides}) {
    for (const std::vector<std::int64_t>& axes : *lists) {
      if (axes.size() != dimensions) {
        refuse(where, lists == &architecture.strides ? "strides" : "kernel_sizes",
               std::to_string(axes.size()) + " axes",
               std::to_string(dimensions) + " axes as in conv_op");
      }
    }
  }
  for (const auto& axes : architecture.kernel_sizes) spec.kernel_sizes.push_back(padded(axes));
  for (const auto& axes : architecture.strides) spec.strides.push_back(padded(axes));
  spec.validate(where);
  refuse_what_is_not_built(architecture, spec, where);
  return spec;
}

NetworkSpec network_spec(const nnunet::ConfigurationPlan& configuration,
                         const nnunet::DatasetDescription& dataset) {
  auto channels = static_cast<std::int64_t>(dataset.channels.size());
  if (configuration.previous_stage) {
    channels += static_cast<std::int64_t>(dataset.labels.foreground_labels().size());
  }
  return network_spec(configuration.architecture, channels, dataset.labels.num_segmentation_heads(),
                      "configuration " + configuration.name);
}

}  // namespace nnflow::networks
