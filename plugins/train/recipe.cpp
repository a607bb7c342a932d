// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "train/recipe.hpp"

#include "nnflow/error.hpp"
#include "nnflow/networks/adam.hpp"
#include "nnflow/networks/schedule.hpp"
#include "nnflow/networks/sgd.hpp"

namespace nnflow::train {
namespace {

networks::LossKind loss_kind(const std::string& name) {
  if (name == "dice") return networks::LossKind::kDice;
  if (name == "ce") return networks::LossKind::kEntropy;
  if (name == "top_k") return networks::LossKind::kTopK;
  return name == "dice_top_k" ? networks::LossKind::kDiceTopK : networks::LossKind::kDiceEntropy;
}

networks::Schedule schedule(const std::string& name) {
  if (name == "cosine") return networks::Schedule::kCosine;
  return name == "warmup_poly" ? networks::Schedule::kWarmupPoly : networks::Schedule::kPoly;
}

}  // namespace

networks::LossOptions loss_options(const TrainerOptions& options,
                                   const nnunet::LabelManager& labels,
                                   bool batch_dice) {
  networks::LossOptions loss = networks::LossOptions::from_labels(labels, batch_dice);
  loss.kind = loss_kind(options.loss);
  loss.smooth = options.smooth;
  loss.label_smoothing = options.label_smoothing;
  if (!loss.regions.empty() && options.loss != "dice_ce" && options.loss != "dice") {
    throw Error(ErrorCode::kInvalidParam,
                "loss " + options.loss +
                    " is for labels that exclude each other, not for the regions of this data "
                    "set; expected dice_ce or dice");
  }
  return loss;
}

double learning_rate(const TrainerOptions& options, std::int64_t epoch) {
  return networks::scheduled_lr(schedule(options.schedule), options.initial_lr, epoch,
                                options.epochs, options.warmup_epochs);
}

std::unique_ptr<networks::Optimiser> make_optimiser(networks::UNet& network,
                                                    const TrainerOptions& options) {
  if (options.optimiser == "sgd") {
    return std::make_unique<networks::Sgd>(
        network, networks::SgdOptions{options.momentum, options.weight_decay});
  }
  networks::AdamOptions adam;
  adam.weight_decay = options.weight_decay;
  adam.decoupled = adam.amsgrad = options.optimiser == "adamw";
  return std::make_unique<networks::Adam>(network, adam);
}

}  // namespace nnflow::train
