// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "nnflow/networks/unet.hpp"
#include "nnflow/nnunet/py_json.hpp"

namespace nnflow::networks {

/// Changes all parameters of a network by their gradients, as an optimiser of torch.optim does.
/// Parameters without gradient are left alone, except convolution biases that a norm removes: their
/// gradient is 0. Calls belong on the device's thread. The network must outlive it.
class Optimiser {
 public:
  Optimiser(const Optimiser&) = delete;
  Optimiser& operator=(const Optimiser&) = delete;
  virtual ~Optimiser();

  /// Drops all gradients.
  void zero_grad();
  /// Scales the gradients so that their common L2 norm is at most `max_norm`; returns the norm
  /// before.
  double clip(double max_norm);
  virtual void step(double lr) = 0;

  /// What torch keeps for each parameter, by its name in a checkpoint: `momentum_buffer`.
  [[nodiscard]] const std::vector<std::string>& slots() const;
  /// One tensor per parameter; undefined where the parameter never had a gradient.
  [[nodiscard]] const std::vector<at::Tensor>& slot(std::size_t slot) const;
  /// Replaces a tensor by a copy of `value` on the parameter's device.
  void set_slot(std::size_t slot, std::size_t parameter, const at::Tensor& value);
  /// The entries of torch's parameter group between `lr` and `initial_lr`, in its order; arrays
  /// stand for tuples.
  [[nodiscard]] virtual nnunet::Json settings() const = 0;

 protected:
  Optimiser(UNet& network, std::vector<std::string> slots);
  [[nodiscard]] const UNet& network() const;
  [[nodiscard]] std::vector<at::Tensor>& values(std::size_t slot);
  /// Undefined where nothing is to be done.
  [[nodiscard]] at::Tensor gradient(std::size_t parameter) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace nnflow::networks
