// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "nnflow/nnflow.hpp"
#include "nnflow/nnunet/dataset.hpp"
#include "nnflow/nnunet/model.hpp"
#include "nnflow/nnunet/patch.hpp"
#include "nnflow/nnunet/plans.hpp"
#include "train/trainer.hpp"

namespace nnflow::train {

struct UNetParams {
  std::string configuration;
  std::string fold = "0";
  std::string folder;
  std::string fingerprint;
  std::string trainer = "nnUNetTrainer";
  std::int64_t epochs = 1000;
  std::int64_t iterations = 250;
  std::int64_t val_iterations = 50;
  std::optional<std::int64_t> batch_size;
  double initial_lr = 0.01;
  double momentum = 0.99;
  double weight_decay = 3e-5;
  double gradient_clip = 12.0;
  std::int64_t checkpoint_every = 1;
  bool deep_supervision = true;
  bool half_precision = true;
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
  static constexpr OnceOut<nnunet::TrainedModel> kModel{"model"};

  static void describe(StageSpec& spec);
  explicit UNetStage(const StageConfig& config) : params_(config.params<UNetParams>()) {}
  [[nodiscard]] std::uint64_t resume_point(Context& ctx) override;
  void accumulate(Context& ctx) override;
  void finish(Context& ctx) override;

 private:
  Trainer& trainer(Context& ctx);
  void report(Context& ctx) const;

  const UNetParams params_;
  std::unique_ptr<Trainer> trainer_;
};

}  // namespace nnflow::train
