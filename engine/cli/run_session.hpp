// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "common_options.hpp"
#include "pipeline/resolved.hpp"
#include "plugin/plugin_set.hpp"

namespace nnflow::cli {

/// Where the record of a run goes: beside the result where the variable `out` names one, else below
/// `.nnflow` in the current folder, told apart by the values of the path variables.
[[nodiscard]] std::filesystem::path default_run_dir(const runtime::ResolvedPipeline& pipeline);

/// Runs a resolved pipeline with log, progress and signal handling; returns the exit code.
int run_session(const runtime::ResolvedPipeline& pipeline,
                runtime::PluginSet& plugins,
                const std::string& command,
                const CommonOptions& common);

}  // namespace nnflow::cli
