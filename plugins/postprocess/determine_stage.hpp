// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <nnflow/imaging/volume.hpp>
#include <nnflow/nnflow.hpp>
#include <nnflow/nnunet/dataset.hpp>
#include <nnflow/nnunet/model.hpp>
#include <string>

#include "postprocess/decision.hpp"
#include "postprocess/determination.hpp"

namespace nnflow::postprocess {

struct DetermineParams {
  std::string folder;
};

/// Decides from segmentations and references which labels to reduce to their largest component.
class DetermineStage final : public ReduceStage {
 public:
  static constexpr In<imaging::LabelMap> kPrediction{"prediction"};
  static constexpr In<imaging::LabelMap> kReference{"reference"};
  static constexpr OnceIn<nnunet::DatasetDescription> kDataset{"dataset"};
  static constexpr OnceIn<nnunet::TrainedModel> kModel{"model"};
  static constexpr OnceOut<Decision> kDecision{"decision"};

  static void describe(StageSpec& spec);
  explicit DetermineStage(const StageConfig& config) : params_(config.params<DetermineParams>()) {}
  void accumulate(Context& ctx) override;
  void finish(Context& ctx) override;

 private:
  const DetermineParams params_;
  std::unique_ptr<Determination> determination_;
};

}  // namespace nnflow::postprocess
