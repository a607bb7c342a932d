// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "run_state.hpp"
#include "stream_plan.hpp"

namespace nnflow::runtime {

/// Where one stage of a phase's stream starts.
struct StageStart {
  std::size_t group_size = 1;       ///< members, of a group
  std::uint64_t resume_point = 0;   ///< of a reduce: it has what comes before this ordinal
  std::uint64_t first_ordinal = 0;  ///< of a source: the first item has it, or a later one
};

/// Opens the sources, asks groups for their sizes (the plan learns its largest groups) and reduces
/// for their resume points, moves every source to where the reduces that it feeds left off, and
/// tells the counters how many items to expect. By position. Throws Error with the stage in its
/// context.
[[nodiscard]] std::vector<StageStart> start_stages(RunState& state, StreamPlan& plan);

}  // namespace nnflow::runtime
