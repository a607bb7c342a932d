// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nnflow/imaging/volume.hpp>
#include <nnflow/nnflow.hpp>
#include <nnflow/nnunet/dataset.hpp>
#include <nnflow/nnunet/logits.hpp>
#include <nnflow/nnunet/model.hpp>
#include <nnflow/nnunet/plans.hpp>
#include <nnflow/nnunet/probabilities.hpp>
#include <nnflow/nnunet/properties.hpp>
#include <string>

namespace nnflow::postprocess {

struct ExportLabelsParams {
  std::string configuration;
  bool probabilities = false;
};

/// Logits on the network's grid to a label map on the grid of the image as read.
class ExportLabelsStage final : public MapStage {
 public:
  static constexpr In<nnunet::Logits> kLogits{"logits"};
  static constexpr In<nnunet::CaseProperties> kProperties{"properties"};
  static constexpr OnceIn<nnunet::Plans> kPlans{"plans"};
  static constexpr OnceIn<nnunet::DatasetDescription> kDataset{"dataset"};
  static constexpr OnceIn<nnunet::TrainedModel> kModel{"model"};
  static constexpr Out<imaging::LabelMap> kLabel{"label"};
  static constexpr Out<nnunet::Probabilities> kProbabilities{"probabilities"};

  static void describe(StageSpec& spec);
  explicit ExportLabelsStage(const StageConfig& config)
      : params_(config.params<ExportLabelsParams>()) {}
  void process(Context& ctx) const override;

 private:
  const ExportLabelsParams params_;
};

}  // namespace nnflow::postprocess
