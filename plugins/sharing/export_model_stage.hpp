// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nnflow/nnflow.hpp>
#include <string>
#include <vector>

namespace nnflow::sharing {

struct ExportModelParams {
  std::string dataset;
  std::string out;
  std::string workspace;
  std::vector<std::string> configurations;
  std::string trainer = "nnUNetTrainer";
  std::string plans_name = "nnUNetPlans";
  std::vector<std::string> folds{"0", "1", "2", "3", "4"};
  std::vector<std::string> checkpoints{"checkpoint_final.pth"};
  bool strict = true;
  bool predictions = false;
};

/// Packs trained models into a zip archive that nnU-Net installs.
class ExportModelStage final : public ReduceStage {
 public:
  static void describe(StageSpec& spec);
  explicit ExportModelStage(const StageConfig& config)
      : params_(config.params<ExportModelParams>()) {}
  void finish(Context& ctx) override;

 private:
  const ExportModelParams params_;
};

}  // namespace nnflow::sharing
