// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "nnflow/networks/optimiser.hpp"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

namespace nnflow::networks {

struct Optimiser::Impl {
  UNet& network;
  std::vector<std::string> slots;
  std::vector<std::vector<at::Tensor>> values;
};

Optimiser::Optimiser(UNet& network, std::vector<std::string> slots)
    : impl_(std::make_unique<Impl>(Impl{network, std::move(slots), {}})) {
  impl_->values.resize(impl_->slots.size(), std::vector<at::Tensor>(network.parameters().size()));
}
Optimiser::~Optimiser() = default;

const std::vector<std::string>& Optimiser::slots() const { return impl_->slots; }
const std::vector<at::Tensor>& Optimiser::slot(std::size_t slot) const {
  return impl_->values[slot];
}
std::vector<at::Tensor>& Optimiser::values(std::size_t slot) { return impl_->values[slot]; }
const UNet& Optimiser::network() const { return impl_->network; }

void Optimiser::set_slot(std::size_t slot, std::size_t parameter, const at::Tensor& value) {
  const at::Tensor& like = impl_->network.parameters()[parameter];
  impl_->values[slot][parameter] = value.to(like.device(), at::kFloat, false, /*copy=*/true);
}

void Optimiser::zero_grad() {
  for (const at::Tensor& parameter : impl_->network.parameters())
    parameter.mutable_grad() = at::Tensor();
}

double Optimiser::clip(double max_norm) {
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

at::Tensor Optimiser::gradient(std::size_t parameter) const {
  const at::Tensor& value = impl_->network.parameters()[parameter];
  if (value.grad().defined()) return value.grad();
  return impl_->network.layout()[parameter].cancelled_by_norm ? at::zeros_like(value)
                                                              : at::Tensor();
}

}  // namespace nnflow::networks
