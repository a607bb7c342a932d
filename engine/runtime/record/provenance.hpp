// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "pipeline/resolved.hpp"

namespace nnflow::runtime {

class RunState;

/// `stages.json` of a run folder: what every stage was when it last ran to its end (stage, version
/// of its results, parameters with defaults, digests of once inputs).
[[nodiscard]] std::string provenance_json(const RunState& state);

/// Why a stage would run again in this run folder, or that it would not.
struct Reason {
  std::string stage;  ///< id in the pipeline
  std::string text;  ///< "never run here", "param changed: order 3 -> 1", "cached: 12 results", ...
};

/// Compares a pipeline with what its run folder holds. Nothing is run, so items that are new or
/// whose files changed are not known: a source lists them at the start of a run.
[[nodiscard]] std::vector<Reason> rerun_reasons(const ResolvedPipeline& pipeline,
                                                const std::filesystem::path& run_dir,
                                                const std::vector<std::string>& force);

}  // namespace nnflow::runtime
