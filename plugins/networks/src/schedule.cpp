// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "nnflow/networks/schedule.hpp"

#include <cmath>
#include <numbers>

namespace nnflow::networks {

double poly_lr(double initial_lr, std::int64_t epoch, std::int64_t epochs) {
  return initial_lr * std::pow(1.0 - static_cast<double>(epoch) / static_cast<double>(epochs), 0.9);
}

double scheduled_lr(Schedule schedule,
                    double initial_lr,
                    std::int64_t epoch,
                    std::int64_t epochs,
                    std::int64_t warmup_epochs) {
  if (schedule == Schedule::kCosine) {
    const double share = static_cast<double>(epoch) / static_cast<double>(epochs);
    return initial_lr * (1.0 + std::cos(std::numbers::pi * share)) / 2.0;
  }
  if (schedule == Schedule::kPoly) return poly_lr(initial_lr, epoch, epochs);
  if (epoch < warmup_epochs) {
    return initial_lr / static_cast<double>(warmup_epochs) * static_cast<double>(1 + epoch);
  }
  return poly_lr(initial_lr, epoch - warmup_epochs, epochs - warmup_epochs);
}

}  // namespace nnflow::networks
