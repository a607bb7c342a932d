// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

#include "item.hpp"
#include "stage_context.hpp"
#include "stream_plan.hpp"

namespace nnflow::runtime {

/// Whether every required item input has a value; a producer may have emitted none.
[[nodiscard]] bool inputs_present(const RunState& state, const StreamStage& stage, const Job& job);

/// Calls the stage for an item (one job) or a group (its members), stores what later runs can keep
/// and accounts for it. Returns the outputs by port. Throws Error with stage and item in its
/// context.
[[nodiscard]] std::vector<Payload> call_stage(RunState& state,
                                              const StreamStage& stage,
                                              const std::vector<Job*>& jobs,
                                              const Item& item,
                                              Scratch& scratch);

/// Counts and records that a stage gave up an item.
void record_failure(RunState& state,
                    const StreamStage& stage,
                    const Item& item,
                    const Error& error);

/// May this error cost one item only? Bugs, bad pipelines and cancellation may not.
[[nodiscard]] bool skippable(ErrorCode code);

[[nodiscard]] std::uint64_t nanoseconds_since(std::chrono::steady_clock::time_point started);

}  // namespace nnflow::runtime
