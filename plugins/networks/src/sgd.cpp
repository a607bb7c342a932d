// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "nnflow/networks/sgd.hpp"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

namespace nnflow::networks {

Sgd::Sgd(UNet& network, SgdOptions options)
    : Optimiser(network, {"momentum_buffer"}), options_(options) {}

nnunet::Json Sgd::settings() const {
  nnunet::Json group;
  group["momentum"] = options_.momentum;
  group["dampening"] = 0;
  group["weight_decay"] = options_.weight_decay;
  group["nesterov"] = true;
  group["maximize"] = false;
  group["foreach"] = nullptr;
  group["differentiable"] = false;
  group["fused"] = nullptr;
  return group;
}

void Sgd::step(double lr) {
  const c10::NoGradGuard no_grad;
  struct Group {
    std::vector<at::Tensor> values;
    std::vector<at::Tensor> gradients;
    std::vector<at::Tensor> buffers;
  };
  Group first;
  Group later;
  const auto& parameters = network().parameters();
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const at::Tensor slope = gradient(i);
    if (!slope.defined()) continue;
    at::Tensor& buffer = values(0)[i];
    Group& group = buffer.defined() ? later : first;
    if (!buffer.defined()) buffer = at::zeros_like(parameters[i]);
    group.values.push_back(parameters[i].detach());
    group.gradients.push_back(slope);
    group.buffers.push_back(buffer);
  }
  for (Group* group : {&first, &later}) {
    if (group->values.empty()) continue;
    at::_fused_sgd_(group->values, group->gradients, group->buffers, options_.weight_decay,
                    options_.momentum, lr, /*dampening=*/0.0, /*nesterov=*/true,
                    /*maximize=*/false,
                    /*is_first_step=*/group == &first);
  }
}

at::Tensor GradScaler::scaled(const at::Tensor& loss) const { return loss * state_.scale; }

bool GradScaler::unscale(const UNet& network) const {
  const c10::NoGradGuard no_grad;
  std::vector<at::Tensor> gradients;
  for (const at::Tensor& parameter : network.parameters()) {
    if (parameter.grad().defined()) gradients.push_back(parameter.grad());
  }
  if (gradients.empty()) return true;
  const at::TensorOptions options = gradients.front().options().dtype(at::kFloat);
  at::Tensor found = at::zeros({1}, options);
  const at::Tensor inverse = at::full({1}, 1.0 / state_.scale, options);
  at::_amp_foreach_non_finite_check_and_unscale_(gradients, found, inverse);
  return found.item<float>() == 0.0F;
}

void GradScaler::update(bool finite) {
  if (!finite) {
    state_.scale *= kBackoffFactor;
    state_.growth_tracker = 0;
  } else if (++state_.growth_tracker == kGrowthInterval) {
    state_.scale *= kGrowthFactor;
    state_.growth_tracker = 0;
  }
}

}  // namespace nnflow::networks
