// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include <nnflow/spec.hpp>

#include "plugin/plugin_set.hpp"

namespace nnflow::cli {

/// The reference of all stages in Markdown, by file name: a page for each plugin and `index.md`.
/// Everything comes from the descriptions.
[[nodiscard]] std::map<std::string, std::string> reference_pages(const runtime::PluginSet& plugins);

/// One line of a pipeline file that uses the stage, with every required input and parameter.
[[nodiscard]] std::string example_line(const StageDescription& stage);

/// The bounds of a parameter: "0 to 5", "at least 1", or "".
[[nodiscard]] std::string range_text(const FieldSpec& field);
/// "a, b" or "".
[[nodiscard]] std::string choices_text(const FieldSpec& field);

}  // namespace nnflow::cli
