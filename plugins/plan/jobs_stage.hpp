// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include <nnflow/nnflow.hpp>
#include <nnflow/nnunet/dataset.hpp>
#include <nnflow/nnunet/plans.hpp>

namespace nnflow::plan {

/// `plan.jobs`: the elements of a `foreach` over configurations, or configurations and folds.
class JobsStage final : public ReduceStage {
 public:
  struct Params {
    std::vector<std::string> configurations;
    std::vector<std::string> folds;
    std::string cascades = "leave_out";
    bool previous_stages = false;
    bool distinct_data = false;
  };
  static constexpr OnceIn<nnunet::Plans> kPlans{"plans"};
  static constexpr OnceIn<nnunet::DatasetDescription> kDataset{"dataset"};
  static constexpr OnceOut<Elements> kElements{"elements"};
  static void describe(StageSpec& spec);
  explicit JobsStage(const StageConfig& config) : params_(config.params<Params>()) {}
  void finish(Context& ctx) override;

 private:
  const Params params_;
};

}  // namespace nnflow::plan
