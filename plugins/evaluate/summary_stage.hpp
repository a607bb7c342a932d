// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nnflow/nnflow.hpp>
#include <nnflow/nnunet/metrics.hpp>
#include <nnflow/nnunet/model.hpp>
#include <string>
#include <vector>

namespace nnflow::evaluate {

struct SummaryParams {
  std::string out;
  bool overwrite = true;
};

/// Collects the metrics of all cases into nnU-Net's summary.json.
class SummaryStage final : public ReduceStage {
 public:
  static constexpr In<nnunet::CaseMetrics> kMetrics{"metrics"};
  static constexpr OnceIn<nnunet::TrainedModel> kModel{"model"};
  static constexpr OnceOut<nnunet::Summary> kSummary{"summary"};

  static void describe(StageSpec& spec);
  explicit SummaryStage(const StageConfig& config) : params_(config.params<SummaryParams>()) {}
  void accumulate(Context& ctx) override;
  void finish(Context& ctx) override;

 private:
  const SummaryParams params_;
  std::vector<nnunet::CaseMetrics> cases_;
};

}  // namespace nnflow::evaluate
