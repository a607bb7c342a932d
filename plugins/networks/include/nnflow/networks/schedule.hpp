// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace nnflow::networks {

/// `initial_lr * (1 - epoch / epochs) ^ 0.9` (nnunet-training 5.1).
[[nodiscard]] double poly_lr(double initial_lr, std::int64_t epoch, std::int64_t epochs);

/// How the learning rate follows the epochs (nnunet-training 8).
enum class Schedule {
  kPoly,       ///< poly_lr
  kCosine,     ///< half a cosine, from `initial_lr` to 0
  kWarmupPoly  ///< up to `initial_lr` in `warmup_epochs` equal steps, then poly_lr over the others
};

/// Learning rate of an epoch, which counts from 0.
[[nodiscard]] double scheduled_lr(Schedule schedule,
                                  double initial_lr,
                                  std::int64_t epoch,
                                  std::int64_t epochs,
                                  std::int64_t warmup_epochs = 50);

}  // namespace nnflow::networks
