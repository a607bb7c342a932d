// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <nnflow/imaging/volume.hpp>
#include <nnflow/nnflow.hpp>
#include <string>
#include <vector>

#include "postprocess/decision.hpp"

namespace nnflow::postprocess {

struct LargestComponentParams {
  std::vector<std::int64_t> labels;
  std::string decision_file;
};

/// Keeps only the largest connected component of given labels.
class LargestComponentStage final : public MapStage {
 public:
  static constexpr In<imaging::LabelMap> kLabelIn{"label"};
  static constexpr OnceIn<Decision> kDecision{"decision"};
  static constexpr Out<imaging::LabelMap> kLabelOut{"label"};

  static void describe(StageSpec& spec);
  explicit LargestComponentStage(const StageConfig& config)
      : params_(config.params<LargestComponentParams>()) {}
  void process(Context& ctx) const override;

 private:
  const LargestComponentParams params_;
};

}  // namespace nnflow::postprocess
