// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nnflow/nnflow.hpp"
#include "nnflow/nnunet/model.hpp"

namespace nnflow::train {

/// Writes how fast the epochs of a training were.
class BenchmarkResultStage final : public ReduceStage {
 public:
  static constexpr OnceIn<nnunet::TrainedModel> kModel{"model"};

  static void describe(StageSpec& spec);
  explicit BenchmarkResultStage(const StageConfig& config);

  void finish(Context& ctx) override;

 private:
  std::string device_;
};

}  // namespace nnflow::train
