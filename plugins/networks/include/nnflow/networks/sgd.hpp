// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "nnflow/networks/unet.hpp"

namespace nnflow::networks {

/// `initial_lr * (1 - epoch / epochs) ^ 0.9` (nnunet-training 5.1).
[[nodiscard]] double poly_lr(double initial_lr, std::int64_t epoch, std::int64_t epochs);

struct SgdOptions {
  double momentum = 0.99;  ///< Nesterov, dampening 0
  double weight_decay = 3e-5;
};

/// torch.optim.SGD with Nesterov momentum over all parameters of a network (nnunet-training 5.1).
/// Parameters without gradient are left alone, except convolution biases that a norm removes: their
/// gradient is 0. Calls belong on the device's thread. The network must outlive it.
class Sgd {
 public:
  Sgd(UNet& network, SgdOptions options);
  Sgd(const Sgd&) = delete;
  Sgd& operator=(const Sgd&) = delete;
  ~Sgd();

  [[nodiscard]] const SgdOptions& options() const;
  /// Drops all gradients.
  void zero_grad();
  /// Scales the gradients so that their common L2 norm is at most `max_norm`; returns the norm
  /// before.
  double clip(double max_norm);
  void step(double lr);

  /// One momentum buffer per parameter; undefined where the parameter never had a gradient.
  [[nodiscard]] const std::vector<at::Tensor>& buffers() const;
  /// Replaces a buffer by a copy of `value` on the parameter's device.
  void set_buffer(std::size_t parameter, const at::Tensor& value);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Loss scaling for half-precision gradients (nnunet-training 5.2). CUDA only.
class GradScaler {
 public:
  struct State {
    double scale = 65536.0;
    std::int64_t growth_tracker = 0;
  };
  static constexpr double kGrowthFactor = 2.0;
  static constexpr double kBackoffFactor = 0.5;
  static constexpr std::int64_t kGrowthInterval = 2000;

  explicit GradScaler(State state) : state_(state) {}
  [[nodiscard]] const State& state() const { return state_; }
  /// `loss` times the scale.
  [[nodiscard]] at::Tensor scaled(const at::Tensor& loss) const;
  /// Divides the gradients of `network` by the scale; false when any is not finite.
  [[nodiscard]] bool unscale(const UNet& network) const;
  /// Adapts the scale after a step that was made (`finite`) or skipped.
  void update(bool finite);

 private:
  State state_;
};

}  // namespace nnflow::networks
