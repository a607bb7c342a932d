// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>

#include "nnflow/networks/loss.hpp"
#include "nnflow/networks/optimiser.hpp"
#include "nnflow/nnunet/labels.hpp"
#include "train/trainer.hpp"

namespace nnflow::train {

/// The loss that `options` name. Throws Error(kInvalidParam) for one that regions do not have.
[[nodiscard]] networks::LossOptions loss_options(const TrainerOptions& options,
                                                 const nnunet::LabelManager& labels,
                                                 bool batch_dice);

/// Learning rate of an epoch, which counts from 0.
[[nodiscard]] double learning_rate(const TrainerOptions& options, std::int64_t epoch);

/// The optimiser that `options` name, of `network`.
[[nodiscard]] std::unique_ptr<networks::Optimiser> make_optimiser(networks::UNet& network,
                                                                  const TrainerOptions& options);

}  // namespace nnflow::train
