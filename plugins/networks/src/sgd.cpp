// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "nnflow/networks/sgd.hpp"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <cmath>

namespace nnflow::networks {

double poly_lr(double initial_lr, std::int64_t epoch, std::int64_t epochs) {
  return initial_lr * std::pow(1.0 - static_cast<double>(epoch) / static_cast<double>(epochs), 0.9);
}

struct Sgd::Impl {
  UNet& network;
  SgdOptions options;
  std::vector<at::Tensor> buffers;
};

Sgd::Sgd(UNet& network, SgdOptions options)
    : impl_(std::make_unique<Impl>(
          Impl{network, options, std::vector<at::Tensor>(network.parameters().size())})) {}
Sgd::~Sgd() = default;

const SgdOptions& Sgd::options() const { return impl_->options; }
const std::vector<at::Tensor>& Sgd::buffers() const { return impl_->buffers; }

void Sgd::set_buffer(std::size_t parameter, const at::Tensor& value) {
  const at::Tensor& like = impl_->network.parameters()[parameter];
  impl_->buffers[parameter] = value.to(like.device(), at::kFloat, false, /*copy=*/true);
}

void Sgd::zero_grad() {
  for (const at::Tensor& parameter : impl_->network.parameters())
    parameter.mutable_grad() = at::Tensor();
}

double Sgd::clip(double max_norm) {
  const c10::NoGradGuard no_grad;
  std::vector<at::Tensor> gradients;
  std::vector<at::Tensor> norms;
  for (const at::Tensor& parameter : impl_->network.parameters()) {
    if (!parameter.grad().defined()) continue;
    gradients.push_back(parameter.grad());
    norms.push_back(at::linalg_vector_norm(gradients.back(), 2));
  }
  if (gradients.empty()) return 0.0;
  const double total = at::linalg_vector_norm(at::stack(norms), 2).item<double>();
  const double factor = max_norm / (total + 1e-6);
  if (!(factor >= 1.0)) {  // also for a total that is not a number
    for (at::Tensor& gradient : gradients) gradient.mul_(factor);
  }
  return total;
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
  const auto& parameters = impl_->network.parameters();
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    at::Tensor gradient = parameters[i].grad();
    if (!gradient.defined()) {
      if (!impl_->network.layout()[i].cancelled_by_norm) continue;
      gradient = at::zeros_like(parameters[i]);
    }
    at::Tensor& buffer = impl_->buffers[i];
    Group& group = buffer.defined() ? later : first;
    if (!buffer.defined()) buffer = at::zeros_like(parameters[i]);
    group.values.push_back(parameters[i].detach());
    group.gradients.push_back(gradient);
    group.buffers.push_back(buffer);
  }
  for (Group* group : {&first, &later}) {
    if (group->values.empty()) continue;
    at::_fused_sgd_(group->values, group->gradients, group->buffers, impl_->options.weight_decay,
                    impl_->options.momentum, lr, /*dampening=*/0.0, /*nesterov=*/true,
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
