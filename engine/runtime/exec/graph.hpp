// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "stream_plan.hpp"

namespace nnflow::runtime {

/// Runs the streaming part of a phase: every item of its sources through its stages, on a oneTBB
/// flow graph inside the calling arena. Returns when all items are through, or soon after the run
/// failed or was cancelled. Failures are left in `state`. Reduce stages have seen all items but not
/// yet finished.
void run_stream(RunState& state, StreamPlan& plan);

}  // namespace nnflow::runtime
