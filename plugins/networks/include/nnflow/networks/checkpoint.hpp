// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "nnflow/networks/sgd.hpp"
#include "nnflow/networks/unet.hpp"
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
  std::optional<GradScaler::State> grad_scaler;
  double lr = 0.0;  ///< of the last epoch
  double initial_lr = 0.01;
};

/// Writes a checkpoint that nnU-Net and torch.load read (nnunet-training 6.4) to `path` as it
/// stands: give it the temporary path of an Artifact. Throws Error(kIo). Runs on the device's
/// thread.
void write_checkpoint(const std::filesystem::path& path,
                      const UNet& network,
                      const Optimiser& optimiser,
                      const CheckpointInfo& info);

/// 16 hexadecimal digits that identify the network's weights by content. Runs on the device's
/// thread.
[[nodiscard]] std::string weights_digest(const UNet& network);

/// A `.pth` file of nnU-Net, of ours, or a bare state dict; the path may lead through a zip
/// archive, whose entry is then unpacked in memory. Nothing in it is executed. Every
/// message names the file: kIo when it cannot be read, kInvalidData when it is no checkpoint, is
/// cut off, or does not fit.
class CheckpointFile {
 public:
  explicit CheckpointFile(const std::filesystem::path& path);
  CheckpointFile(CheckpointFile&&) noexcept;
  CheckpointFile& operator=(CheckpointFile&&) noexcept;
  CheckpointFile(const CheckpointFile&) = delete;
  CheckpointFile& operator=(const CheckpointFile&) = delete;
  ~CheckpointFile();

  /// Absent or unusual entries keep their defaults. `plans` and `dataset_json` are left empty.
  [[nodiscard]] const CheckpointInfo& info() const;
  /// Whether it is a trainer's checkpoint rather than a bare state dict.
  [[nodiscard]] bool is_training_checkpoint() const;

  /// The norm whose tensors the file has; plans do not say it for nnUNetTrainerBN.
  [[nodiscard]] NormKind norm() const;

  /// Copies the weights into `network`. `module.` and `_orig_mod.` prefixes are ignored; of aliases
  /// that disagree the last one counts. Missing, unexpected and misshapen entries are reported
  /// together.
  void load_weights(UNet& network) const;
  /// Copies the weights into `network` but for its segmentation heads, as fine-tuning does
  /// (nnunet-training 5.6); entries that the network does not have are passed over. Missing and
  /// misshapen entries are reported together.
  void load_pretrained(UNet& network) const;
  /// Copies what the optimiser keeps for each parameter (Optimiser::slots), as far as there is any,
  /// into an optimiser of `network`. A file of another kind of optimiser is refused.
  void load_optimiser(const UNet& network, Optimiser& optimiser) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace nnflow::networks
