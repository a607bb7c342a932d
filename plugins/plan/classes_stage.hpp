// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <nnflow/nnflow.hpp>

namespace nnflow::plan {

/// `plan.classes`: ends a run that will ask for a planner or preprocessor that does not exist.
class ClassesStage final : public ReduceStage {
 public:
  struct Params {
    std::string planner = "ExperimentPlanner";
    std::string preprocessor_name = "DefaultPreprocessor";
  };
  static void describe(StageSpec& spec);
  explicit ClassesStage(const StageConfig& config) : params_(config.params<Params>()) {}
  void finish(Context& ctx) override;

 private:
  const Params params_;
};

}  // namespace nnflow::plan
