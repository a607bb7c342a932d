// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "nnflow/networks/from_plans.hpp"

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

}  // namespace

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
