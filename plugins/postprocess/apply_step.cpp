// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "postprocess/apply_step.hpp"

#include <vector>

#include "postprocess/kernels/largest_only.hpp"

namespace nnflow::postprocess {

std::int64_t apply_step(const nnunet::PostprocessingStep& step,
                        std::span<std::int16_t> labels,
                        const imaging::Extent3& extent) {
  std::vector<std::int64_t> members;
  for (const auto& entry : step.labels_or_regions) {
    members.insert(members.end(), entry.labels.begin(), entry.labels.end());
  }
  return keep_largest_components(labels, extent, members,
                                 static_cast<std::int16_t>(step.background_label));
}

}  // namespace nnflow::postprocess
