// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "train/debug_info.hpp"

#include <unistd.h>

#include <torch/version.h>
#include <array>

namespace nnflow::train {
namespace {

/// As Python's str() writes what nnU-Net's own file has in its place.
std::string text(std::int64_t value) { return std::to_string(value); }
std::string text(double value) { return nnunet::python_float(value); }
std::string text(bool value) { return value ? "True" : "False"; }

std::string axes_text(const std::vector<int>& axes) {
  if (axes.empty()) return "None";
  std::string list = "(";
  for (const int axis : axes) list += (list.size() > 1 ? ", " : "") + std::to_string(axis);
  return list + (axes.size() == 1 ? ",)" : ")");
}

std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

}  // namespace

nnunet::Json debug_info(const TrainerOptions& options,
                        std::int64_t batch_size,
                        const nnunet::Plans& plans,
                        const nnunet::DatasetDescription& dataset) {
  const nnunet::ConfigurationPlan& plan = plans.configuration(options.configuration);
  const std::string& network = plan.architecture.network_class_name;
  nnunet::Json info;
  info["trainer"] = options.trainer;
  info["configuration_name"] = options.configuration;
  info["fold"] = options.fold;
  info["plans_name"] = plans.header().plans_name;
  info["dataset_json"] = nnunet::dump_json(dataset.json, {.indent = -1});
  info["network"] = network.substr(network.rfind('.') + 1);
  info["batch_size"] = text(batch_size);
  info["num_epochs"] = text(options.epochs);
  info["num_iterations_per_epoch"] = text(options.iterations);
  info["num_val_iterations_per_epoch"] = text(options.val_iterations);
  info["loss"] = options.loss;
  info["optimizer"] = options.optimiser;
  info["lr_scheduler"] = options.schedule;
  info["initial_lr"] = text(options.initial_lr);
  info["weight_decay"] = text(options.weight_decay);
  info["momentum"] = text(options.momentum);
  info["enable_deep_supervision"] = text(options.deep_supervision);
  info["inference_allowed_mirroring_axes"] =
      axes_text(mirror_axes_of(options, static_cast<int>(plan.patch_size.size())));
  info["disable_checkpointing"] = text(!options.checkpoints);
  info["pretrained_weights"] =
      options.pretrained_weights.empty() ? "None" : options.pretrained_weights;
  info["seed"] = std::to_string(options.seed);
  info["device"] = options.device;
  info["hostname"] = host_name();
  info["torch_version"] = TORCH_VERSION;
  return info;
}

}  // namespace nnflow::train
