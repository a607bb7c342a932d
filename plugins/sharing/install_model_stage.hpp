// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nnflow/nnflow.hpp>
#include <string>

namespace nnflow::sharing {

struct InstallModelParams {
  std::string archive;
  std::string workspace;
  bool overwrite = false;
};

/// Unpacks an archive of trained models into nnUNet_results.
class InstallModelStage final : public ReduceStage {
 public:
  static void describe(StageSpec& spec);
  explicit InstallModelStage(const StageConfig& config)
      : params_(config.params<InstallModelParams>()) {}
  void finish(Context& ctx) override;

 private:
  const InstallModelParams params_;
};

}  // namespace nnflow::sharing
