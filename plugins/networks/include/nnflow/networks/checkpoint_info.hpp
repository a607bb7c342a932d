// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "nnflow/nnunet/pickle.hpp"
#include "nnflow/nnunet/py_json.hpp"

namespace nnflow::networks {

/// nnU-Net's training log: one entry per finished epoch (nnunet-training 6.1). Losses and Dice are
/// float32 values; NaN where nothing could be measured.
struct TrainingLog {
  std::vector<double> mean_fg_dice;
  std::vector<double> ema_fg_dice;
  std::vector<std::vector<double>> dice_per_class_or_region;
  std::vector<double> train_losses;
  std::vector<double> val_losses;
  std::vector<double> lrs;
  std::vector<double> epoch_start_timestamps;  ///< seconds since 1970
  std::vector<double> epoch_end_timestamps;
};

/// Of the loss scaling for half-precision gradients (nnunet-training 5.2).
struct ScalerState {
  double scale = 65536.0;
  std::int64_t growth_tracker = 0;
};

/// Everything in a checkpoint file but tensors (nnunet-training 6.1).
struct CheckpointInfo {
  std::int64_t current_epoch = 0;  ///< finished epochs
  std::optional<double> best_ema;
  TrainingLog logging;
  std::string trainer_name = "nnUNetTrainer";
  std::string configuration;
  std::string fold = "0";  ///< a number or "all"
  std::string device = "cpu";
  nnunet::Json plans = nnunet::Json::object();
  nnunet::Json dataset_json = nnunet::Json::object();
  std::optional<std::vector<int>> mirror_axes;  ///< absent: no mirroring in inference
  std::optional<ScalerState> grad_scaler;
  double lr = 0.0;  ///< of the last epoch
  double initial_lr = 0.01;
};

/// Of the pickle of a trainer's checkpoint. Absent or unusual entries keep their defaults, and
/// `plans` and `dataset_json` are left empty.
[[nodiscard]] CheckpointInfo read_checkpoint_info(const nnunet::PickleNode& root);

}  // namespace nnflow::networks
