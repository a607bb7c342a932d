// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "exec/run_state.hpp"
#include "nnflow/executor.hpp"

namespace nnflow::runtime {

/// The executor that the pipeline asks for; null when it has no foreach. Throws
/// Error(kInvalidParam) for an unknown one, or for params that it refuses, and Error(kPlugin).
[[nodiscard]] std::shared_ptr<Executor> make_executor(const ResolvedPipeline& pipeline,
                                                      const PluginSet& plugins);

/// Runs all elements of a foreach stage. `title` is that of the run around them. A failure is left
/// in `state`.
void run_foreach(RunState& state, std::size_t stage, Executor& executor, const std::string& title);

}  // namespace nnflow::runtime
