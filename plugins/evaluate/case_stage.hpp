// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nnflow/imaging/volume.hpp>
#include <nnflow/nnflow.hpp>
#include <nnflow/nnunet/dataset.hpp>
#include <nnflow/nnunet/metrics.hpp>

namespace nnflow::evaluate {

/// Voxel counts of every label or region of one case.
class CaseStage final : public MapStage {
 public:
  static constexpr In<imaging::LabelMap> kPrediction{"prediction"};
  static constexpr In<imaging::LabelMap> kReference{"reference"};
  static constexpr In<nnunet::CaseFiles> kPair{"pair"};
  static constexpr OnceIn<nnunet::DatasetDescription> kDataset{"dataset"};
  static constexpr Out<nnunet::CaseMetrics> kMetrics{"metrics"};

  static void describe(StageSpec& spec);
  explicit CaseStage(const StageConfig&) {}
  void process(Context& ctx) const override;
};

}  // namespace nnflow::evaluate
