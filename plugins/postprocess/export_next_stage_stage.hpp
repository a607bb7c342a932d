// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nnflow/nnflow.hpp>
#include <nnflow/nnunet/dataset.hpp>
#include <nnflow/nnunet/logits.hpp>
#include <nnflow/nnunet/model.hpp>
#include <nnflow/nnunet/plans.hpp>
#include <nnflow/nnunet/properties.hpp>
#include <string>

namespace nnflow::postprocess {

struct ExportNextStageParams {
  std::string preprocessed;
};

/// Logits of a stage of a cascade to label maps on the grids of its next stages.
class ExportNextStageStage final : public MapStage {
 public:
  static constexpr In<nnunet::Logits> kLogits{"logits"};
  static constexpr In<nnunet::CaseProperties> kProperties{"properties"};
  static constexpr OnceIn<nnunet::Plans> kPlans{"plans"};
  static constexpr OnceIn<nnunet::DatasetDescription> kDataset{"dataset"};
  static constexpr OnceIn<nnunet::TrainedModel> kModel{"model"};

  static void describe(StageSpec& spec);
  explicit ExportNextStageStage(const StageConfig& config)
      : params_(config.params<ExportNextStageParams>()) {}
  void process(Context& ctx) const override;

 private:
  const ExportNextStageParams params_;
};

}  // namespace nnflow::postprocess
