// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "admission.hpp"

#include <algorithm>

#include "budget.hpp"
#include "stream_plan.hpp"

namespace nnflow::runtime {

std::shared_ptr<Admission> make_admission(const RunState& state,
                                          const StreamPlan& plan,
                                          std::size_t source) {
  const auto sources =
      std::count_if(plan.stages.begin(), plan.stages.end(),
                    [](const StreamStage& stage) { return stage.shape == StageShape::kSource; });
  const std::uint64_t largest = plan.stages[source].largest_group;
  const double bytes = static_cast<double>(state.memory) / memory_factor(state, plan, source);
  return std::make_shared<Admission>(
      in_flight_limit(state.pipeline.run.in_flight, state.threads, largest), largest,
      static_cast<std::uint64_t>(bytes) / static_cast<std::uint64_t>(sources));
}

}  // namespace nnflow::runtime
