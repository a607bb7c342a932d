// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "nnflow/nnflow.hpp"
#include "nnflow/nnunet/patch.hpp"
#include "nnflow/nnunet/plans.hpp"

namespace nnflow::train {

struct BatchParams {
  std::string configuration;
  std::optional<std::int64_t> batch_size;
};

/// Stacks consecutive patches.
class BatchStage final : public GroupStage {
 public:
  static constexpr In<nnunet::Patch> kPatch{"patch"};
  static constexpr OnceIn<nnunet::Plans> kPlans{"plans"};
  static constexpr Out<nnunet::Batch> kBatch{"batch"};

  static void describe(StageSpec& spec);
  explicit BatchStage(const StageConfig& config) : params_(config.params<BatchParams>()) {}
  [[nodiscard]] std::size_t group_size(Context& ctx) override;
  void process(Context& ctx) override;

 private:
  const BatchParams params_;
};

}  // namespace nnflow::train
