// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <nnflow/value.hpp>

#include "cli.hpp"
#include "pipeline/vars.hpp"
#include "pipeline_index.hpp"

namespace nnflow::cli {

/// `--help` of a pipeline command, made from its variables.
[[nodiscard]] std::string pipeline_help(const std::string& name,
                                        const std::filesystem::path& file,
                                        const PipelineHead& head,
                                        const std::vector<runtime::VarSpec>& vars);
/// One line for each option that the variables give to a pipeline's command.
[[nodiscard]] std::vector<HelpLine> var_help(const std::vector<runtime::VarSpec>& vars);
/// The same as data.
[[nodiscard]] Value pipeline_value(const std::string& name,
                                   const std::filesystem::path& file,
                                   const PipelineHead& head,
                                   const std::vector<runtime::VarSpec>& vars);

}  // namespace nnflow::cli
