// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "nnflow/networks/checkpoint_info.hpp"
#include "nnflow/networks/optimiser.hpp"
#include "nnflow/networks/schedule.hpp"

namespace nnflow::networks {

struct SgdOptions {
  double momentum = 0.99;  ///< Nesterov, dampening 0
  double weight_decay = 3e-5;
};

/// torch.optim.SGD with Nesterov momentum (nnunet-training 5.1).
class Sgd final : public Optimiser {
 public:
  Sgd(UNet& network, SgdOptions options);
  void step(double lr) override;
  [[nodiscard]] nnunet::Json settings() const override;
  /// The momentum, one tensor per parameter.
  [[nodiscard]] const std::vector<at::Tensor>& buffers() const { return slot(0); }

 private:
  SgdOptions options_;
};

/// Loss scaling for half-precision gradients (nnunet-training 5.2). CUDA only.
class GradScaler {
 public:
  using State = ScalerState;
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
