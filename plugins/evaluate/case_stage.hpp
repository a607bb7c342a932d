// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nnflow/imaging/volume.hpp>
#include <nnflow/nnflow.hpp>
#include <nnflow/nnunet/dataset.hpp>
#include <nnflow/nnunet/metrics.hpp>
#include <optional>
#include <vector>

namespace nnflow::evaluate {

struct CaseParams {
  std::vector<std::int64_t> labels;
  std::optional<std::int64_t> ignore_label;
};

/// Voxel counts of every label or region of one case.
class CaseStage final : public MapStage {
 public:
  static constexpr In<imaging::LabelMap> kPrediction{"prediction"};
  static constexpr In<imaging::LabelMap> kReference{"reference"};
  static constexpr In<nnunet::CaseFiles> kPair{"pair"};
  static constexpr OnceIn<nnunet::DatasetDescription> kDataset{"dataset"};
  static constexpr Out<nnunet::CaseMetrics> kMetrics{"metrics"};

  static void describe(StageSpec& spec);
  explicit CaseStage(const StageConfig& config) : params_(config.params<CaseParams>()) {}
  void process(Context& ctx) const override;

 private:
  [[nodiscard]] std::vector<nnunet::LabelOrRegion> compared(Context& ctx) const;
  const CaseParams params_;
};

}  // namespace nnflow::evaluate
