// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "common_options.hpp"
#include "pipeline/resolved.hpp"
#include "pipeline/vars.hpp"
#include "plugin/plugin_set.hpp"

namespace nnflow::cli {

/// Where the record of a run goes. Where a variable says where results go (it is named `out` or has
/// the flag
/// `-o`), in `.nnflow` there, else in `.nnflow` in the current folder. Runs of one pipeline with
/// other required values have folders of their own, unless the folder of the results is theirs
/// alone (`out`).
[[nodiscard]] std::filesystem::path default_run_dir(const runtime::ResolvedPipeline& pipeline,
                                                    const std::vector<runtime::VarSpec>& vars);

/// What would run, phase by phase, without running it.
[[nodiscard]] std::string dry_run_text(const runtime::ResolvedPipeline& pipeline,
                                       const std::filesystem::path& run_dir,
                                       const std::vector<std::string>& force,
                                       std::size_t indent);

/// Runs a resolved pipeline with log, progress and signal handling; returns the exit code.
int run_session(const runtime::ResolvedPipeline& pipeline,
                runtime::PluginSet& plugins,
                const std::string& command,
                const CommonOptions& common,
                const std::filesystem::path& run_dir);

}  // namespace nnflow::cli
