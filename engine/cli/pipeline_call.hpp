// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "common_options.hpp"
#include "pipeline/validate.hpp"
#include "pipeline/vars.hpp"
#include "pipeline_index.hpp"

namespace nnflow::cli {

/// Options that a command has beside those of every pipeline. Their names win over the spellings
/// of the pipeline's variables.
struct OwnOptions {
  std::set<std::string> names;             ///< "--out"
  std::function<void(CLI::App& app)> add;  ///< adds exactly these
};

/// A pipeline and what the words of a command line say about it.
struct PipelineCall {
  std::filesystem::path file;
  std::vector<runtime::VarSpec> vars;
  CommonOptions common;
  runtime::ResolveOptions resolve;
};

/// Reads the variables of a pipeline and then the words. Absent after findings, which are printed.
/// `command` is the command's name in usage errors.
[[nodiscard]] std::optional<PipelineCall> read_call(const std::filesystem::path& file,
                                                    const std::string& command,
                                                    const Words& words,
                                                    const PipelineIndex& index,
                                                    const OwnOptions& own = {});

/// Position of the word that names the pipeline: the first one that is neither an option nor the
/// value of an option of every pipeline or of `own` (all of which take a value). The number of
/// words when there is none.
[[nodiscard]] std::size_t target_position(const Words& words,
                                          const std::set<std::string>& own = {});

/// The pipeline named by `name`; a UsageError with the nearest name when there is none.
[[nodiscard]] PipelineEntry find_pipeline(const PipelineIndex& index,
                                          const std::string& command,
                                          const std::string& name);

/// Writes all findings to standard error; returns kFindings.
int print_findings(const runtime::Findings& findings);

}  // namespace nnflow::cli
