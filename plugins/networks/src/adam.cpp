// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "nnflow/networks/adam.hpp"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

namespace nnflow::networks {
namespace {

enum Slot : std::size_t { kStep, kAverage, kSquares, kLargest };

std::vector<std::string> slot_names(bool amsgrad) {
  std::vector<std::string> names{"step", "exp_avg", "exp_avg_sq"};
  if (amsgrad) names.emplace_back("max_exp_avg_sq");
  return names;
}

}  // namespace

Adam::Adam(UNet& network, AdamOptions options)
    : Optimiser(network, slot_names(options.amsgrad)), options_(options) {}

void Adam::step(double lr) {
  const c10::NoGradGuard no_grad;
  std::vector<at::Tensor> parameters;
  std::vector<at::Tensor> gradients;
  std::vector<std::vector<at::Tensor>> kept(slots().size());
  for (std::size_t i = 0; i < network().parameters().size(); ++i) {
    const at::Tensor slope = gradient(i);
    if (!slope.defined()) continue;
    const at::Tensor& parameter = network().parameters()[i];
    parameters.push_back(parameter.detach());
    gradients.push_back(slope);
    for (std::size_t s = 0; s < kept.size(); ++s) {
      at::Tensor& value = values(s)[i];
      if (!value.defined()) {
        value = s == kStep ? at::zeros({}, parameter.options().requires_grad(false))
                           : at::zeros_like(parameter.detach());
      }
      kept[s].push_back(value);
    }
  }
  if (parameters.empty()) return;
  for (at::Tensor& step : kept[kStep]) step.add_(1.0);
  const std::vector<at::Tensor> largest =
      options_.amsgrad ? kept[kLargest] : std::vector<at::Tensor>();
  const auto update = [&](auto&& kernel) {
    kernel(parameters, gradients, kept[kAverage], kept[kSquares], largest, kept[kStep], lr,
           options_.beta1, options_.beta2, options_.weight_decay, options_.epsilon,
           options_.amsgrad, /*maximize=*/false);
  };
  if (options_.decoupled) {
    update([](auto&&... arguments) { at::_fused_adamw_(arguments...); });
  } else {
    update([](auto&&... arguments) { at::_fused_adam_(arguments...); });
  }
}

nnunet::Json Adam::settings() const {
  nnunet::Json group;
  group["betas"] = {options_.beta1, options_.beta2};
  group["eps"] = options_.epsilon;
  group["weight_decay"] = options_.weight_decay;
  group["amsgrad"] = options_.amsgrad;
  group["maximize"] = false;
  group["foreach"] = nullptr;
  group["capturable"] = false;
  group["differentiable"] = false;
  group["fused"] = nullptr;
  group["decoupled_weight_decay"] = options_.decoupled;
  return group;
}

}  // namespace nnflow::networks
