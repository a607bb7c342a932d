// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "item.hpp"
#include "stage_context.hpp"
#include "stream_plan.hpp"

namespace nnflow::runtime {

/// Whether every required item input has a value; a producer may have emitted none.
[[nodiscard]] inline bool inputs_present(const StreamStage& stage, const Job& job) {
  return std::all_of(stage.inputs.begin(), stage.inputs.end(), [&](const InputSlot& input) {
    const auto& outputs = job.inputs[input.slot];
    return !input.required || (!outputs.empty() && !outputs[input.output].empty());
  });
}

/// Calls the stage for an item (one job) or a group (its members), stores what later runs can keep
/// and accounts for it. `now` is when the call begins in ticks (0: unknown) and, afterwards, when
/// it ended; reading the clock costs as much as the engine does for a stage. `outputs` become those
/// of the call, by port. Throws Error with stage and item in its context.
void call_stage(RunState& state,
                const StreamStage& stage,
                std::span<Job* const> jobs,
                const Item& item,
                ScratchPool& scratch,
                std::uint64_t& now,
                Outputs& outputs);

/// Counts and records that a stage gave up an item.
void record_failure(RunState& state,
                    const StreamStage& stage,
                    const Item& item,
                    const Error& error);

/// May this error cost one item only? Bugs, bad pipelines and cancellation may not.
[[nodiscard]] bool skippable(ErrorCode code);

}  // namespace nnflow::runtime
