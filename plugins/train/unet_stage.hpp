// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "nnflow/nnflow.hpp"
#include "nnflow/nnunet/dataset.hpp"
#include "nnflow/nnunet/model.hpp"
#include "nnflow/nnunet/patch.hpp"
#include "nnflow/nnunet/plans.hpp"
#include "nnflow/nnunet/py_json.hpp"
#include "nnflow/nnunet/splits.hpp"
#include "train/fold_lock.hpp"
#include "train/trainer.hpp"

namespace nnflow::train {

struct UNetParams {
  std::string configuration;
  std::string fold = "0";
  std::string folder;
  std::string fingerprint;
  std::string preprocessed;
  std::string previous_folder;
  std::string trainer = "nnUNetTrainer";
  std::int64_t epochs = 1000;
  std::int64_t iterations = 250;
  std::int64_t val_iterations = 50;
  std::optional<std::int64_t> batch_size;
  double initial_lr = 0.01;
  double momentum = 0.99;
  double weight_decay = 3e-5;
  double gradient_clip = 12.0;
  std::string loss = "dice_ce";
  double smooth = 1e-5;
  double label_smoothing = 0.0;
  bool batch_norm = false;
  std::string optimiser = "sgd";
  std::string schedule = "poly";
  std::int64_t warmup_epochs = 50;
  bool mirror_last_axis = true;
  std::string pretrained_weights;
  bool checkpoints = true;
  bool validation_only = false;
  bool validate_best = false;
  std::int64_t checkpoint_every = 1;
  bool deep_supervision = true;
  bool half_precision = true;
  std::string precision = "float32";
  std::optional<std::vector<int>> mirror_axes;
  bool resume = true;
  std::string device = "cpu";
  int compute_threads = 0;
};

/// Trains a U-Net: one optimiser step per training batch.
class UNetStage final : public ReduceStage {
 public:
  static constexpr In<nnunet::Batch> kBatch{"batch"};
  static constexpr OnceIn<nnunet::Plans> kPlans{"plans"};
  static constexpr OnceIn<nnunet::DatasetDescription> kDataset{"dataset"};
  static constexpr OnceIn<nnunet::Splits> kSplits{"splits"};
  static constexpr OnceOut<nnunet::TrainedModel> kModel{"model"};

  static void describe(StageSpec& spec);
  /// Throws where the device, or the instructions for the precision, are missing.
  explicit UNetStage(const StageConfig& config);
  [[nodiscard]] std::uint64_t resume_point(Context& ctx) override;
  void accumulate(Context& ctx) override;
  void finish(Context& ctx) override;

 private:
  Trainer& trainer(Context& ctx);
  [[nodiscard]] TrainerOptions options(Context& ctx) const;
  [[nodiscard]] std::int64_t batch_size(Context& ctx) const;
  [[nodiscard]] nnunet::Json record(Context& ctx, const TrainerOptions& options) const;
  bool resume(Context& ctx);
  void report(Context& ctx) const;

  const UNetParams params_;
  const std::string stage_;
  FoldLock lock_;
  bool anew_ = false;  ///< earlier checkpoints are not taken
  std::unique_ptr<Trainer> trainer_;
  std::filesystem::path fold_folder_;
  std::optional<nnunet::Json> unwritten_;  ///< the training record, until the first step
};

}  // namespace nnflow::train
