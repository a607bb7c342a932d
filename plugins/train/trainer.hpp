// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "nnflow/nnunet/dataset.hpp"
#include "nnflow/nnunet/model.hpp"
#include "nnflow/nnunet/patch.hpp"
#include "nnflow/nnunet/plans.hpp"
#include "train/model_folder.hpp"

namespace nnflow::train {

/// How a fold is trained; the defaults are nnU-Net's (nnunet-training 5.1).
struct TrainerOptions {
  std::string configuration;
  std::string fold = "0";
  std::string trainer = "nnUNetTrainer";
  std::int64_t epochs = 1000;
  std::int64_t iterations = 250;
  std::int64_t val_iterations = 50;
  double initial_lr = 0.01;
  double momentum = 0.99;
  double weight_decay = 3e-5;
  double gradient_clip = 12.0;
  std::string loss = "dice_ce";     ///< dice_ce, dice, ce, top_k or dice_top_k
  double smooth = 1e-5;             ///< smoothing term of the Dice loss
  double label_smoothing = 0.0;     ///< of the cross-entropy of top_k and dice_top_k
  bool batch_norm = false;          ///< batch norms instead of the planned norms
  std::string optimiser = "sgd";    ///< sgd, adam or adamw (with amsgrad)
  std::string schedule = "poly";    ///< poly, cosine or warmup_poly
  std::int64_t warmup_epochs = 50;  ///< of warmup_poly
  bool mirror_last_axis = true;     ///< false: the last axis is not among the mirror axes
  std::string pretrained_weights;   ///< checkpoint to start from instead of at random; empty: none
  bool checkpoints = true;          ///< false: only the final one is written
  std::int64_t checkpoint_every = 1;  ///< epochs between writes of checkpoint_latest
  bool deep_supervision = true;
  bool half_precision = true;         ///< float16 autocast with loss scaling; CUDA only
  std::string precision = "float32";  ///< of the CPU, as networks::parse_precision reads it
  std::optional<std::vector<int>> mirror_axes;  ///< absent: all; written into the checkpoint
  std::string device = "cpu";
  int compute_threads = 1;
  std::uint64_t seed = 0;
};

/// The axes that prediction may mirror, for a network of `dimensions` axes.
[[nodiscard]] std::vector<int> mirror_axes_of(const TrainerOptions& options, int dimensions);

/// One fold's network, optimiser and bookkeeping (nnunet-training 5.2 to 5.4). Torch runs on the
/// device's thread. Equal options, batches and `compute_threads` give equal weights, whether or not
/// the run was interrupted.
class Trainer {
 public:
  /// Builds and initialises the network; touches no file.
  Trainer(TrainerOptions options,
          const nnunet::Plans& plans,
          const nnunet::DatasetDescription& dataset,
          std::filesystem::path model_folder);
  Trainer(const Trainer&) = delete;
  Trainer& operator=(const Trainer&) = delete;
  ~Trainer();

  /// Goes on from the fold's checkpoint, if there is one. Returns the number of finished epochs.
  std::int64_t resume();
  /// Takes the weights of `options.pretrained_weights`, but for the segmentation heads, which keep
  /// their initial ones (nnunet-training 5.6). Throws Error(kInvalidData) for missing entries and
  /// other shapes.
  void load_pretrained();
  [[nodiscard]] std::int64_t finished_epochs() const;
  /// Identifies the present weights by content.
  [[nodiscard]] std::string weights_digest() const;

  /// One optimiser step, or one validation step. True when the epoch is complete.
  bool step(const nnunet::Batch& batch);
  /// Loss of the last step.
  [[nodiscard]] double last_loss() const;
  /// Batches of the running epoch.
  [[nodiscard]] std::int64_t batches_done() const;

  /// Ends the epoch: log, checkpoint_best and checkpoint_latest when due (`checkpoint_now` forces
  /// the latter). Returns what `epoch_line` says of it.
  std::string finish_epoch(const Publish& publish, bool checkpoint_now);
  /// Writes checkpoint_final and removes checkpoint_latest, unless the final one is there already
  /// and nothing was trained since. Throws Error(kInternal) when epochs are missing.
  nnunet::TrainedModel finish(const Publish& publish);
  /// The fold with the weights and mirror axes of one of its checkpoints, to be validated; nothing
  /// is written. Throws Error(kIo) when it is not there.
  nnunet::TrainedModel load(const std::string& checkpoint);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace nnflow::train
