// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <nnflow/diagnosis.hpp>
#include <nnflow/value.hpp>

#include "pipeline_index.hpp"
#include "plugin/plugin_set.hpp"

namespace nnflow::cli {

using Report = std::vector<Diagnosis>;

/// Versions of the program and its libraries, and the programs that it can call.
void examine_program(Report& report);
/// Folders that are searched for pipelines and plugins, and what was found there.
void examine_search(const PipelineIndex& index, const runtime::PluginSet& plugins, Report& report);
/// Opens every plugin that was found, and asks those that know something about the machine.
void examine_plugins(const runtime::PluginSet& plugins, Report& report);
/// Devices as the system shows them; only for a report in which no plugin told any.
void examine_devices(Report& report);
/// Processors, memory and the space for intermediate results.
void examine_machine(Report& report);
/// Environment variables that the program and the pipelines read.
void examine_environment(const PipelineIndex& index, Report& report);

[[nodiscard]] bool has_problem(const Report& report);
[[nodiscard]] std::string report_text(const Report& report);
[[nodiscard]] Value report_value(const Report& report);

}  // namespace nnflow::cli
