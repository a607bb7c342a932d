// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nnflow/nnflow.hpp>
#include <nnflow/nnunet/dataset.hpp>
#include <nnflow/nnunet/model.hpp>
#include <nnflow/nnunet/plans.hpp>
#include <string>
#include <vector>

namespace nnflow::predict {

struct LoadModelParams {
  std::string model_folder;
  std::string dataset;
  std::string workspace;
  std::string configuration;
  std::string plans_name = "nnUNetPlans";
  std::string trainer = "nnUNetTrainer";
  std::vector<std::string> folds;
  std::string checkpoint = "checkpoint_final.pth";
  std::string accept_trainer;
  std::string results;
};

/// Opens a model folder and checks that everything needed for prediction is there.
class LoadModelStage final : public ReduceStage {
 public:
  static constexpr OnceOut<nnunet::TrainedModel> kModel{"model"};
  static constexpr OnceOut<nnunet::Plans> kPlans{"plans"};
  static constexpr OnceOut<nnunet::DatasetDescription> kDataset{"dataset"};

  static void describe(StageSpec& spec);
  explicit LoadModelStage(const StageConfig& config) : params_(config.params<LoadModelParams>()) {}
  void finish(Context& ctx) override;

 private:
  const LoadModelParams params_;
};

}  // namespace nnflow::predict
