// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nnflow/networks/optimiser.hpp"

namespace nnflow::networks {

struct AdamOptions {
  double weight_decay = 3e-5;
  bool decoupled = false;  ///< AdamW: the weights shrink apart from the gradient
  bool amsgrad = false;    ///< divides by the largest second moment so far
  double beta1 = 0.9;
  double beta2 = 0.999;
  double epsilon = 1e-8;
};

/// torch.optim.Adam, or AdamW (nnunet-training 8).
class Adam final : public Optimiser {
 public:
  Adam(UNet& network, AdamOptions options);
  void step(double lr) override;
  [[nodiscard]] nnunet::Json settings() const override;

 private:
  AdamOptions options_;
};

}  // namespace nnflow::networks
