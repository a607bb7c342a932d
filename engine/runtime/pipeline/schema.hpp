// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "document.hpp"
#include "resolved.hpp"

namespace nnflow::runtime {

/// Version of the pipeline format that this engine reads.
inline constexpr int kFormatVersion = 1;

/// Keys, kinds and names of a composed document, before variables are filled.
/// schemas/pipeline.schema.json says the same to editors.
void check_shape(const Document& document, Findings& findings);

/// Settings of `run`, after substitution.
[[nodiscard]] RunSettings read_run(const Document& document, Findings& findings);

/// `hints`, `cache`, `on_error` and `doc` of one stage, after substitution.
void read_stage_settings(const Document& document,
                         const std::string& pointer,
                         const Value& stage,
                         ResolvedStage& out,
                         Findings& findings);

/// The node behind a JSON pointer, or null.
[[nodiscard]] const Value* find_node(const Value& root, std::string_view pointer);

/// Keys that each kind of map allows, for the schema file's test.
[[nodiscard]] const std::vector<std::string>& document_keys();
[[nodiscard]] const std::vector<std::string>& var_keys();
[[nodiscard]] const std::vector<std::string>& run_keys();
[[nodiscard]] const std::vector<std::string>& executor_keys();
[[nodiscard]] const std::vector<std::string>& stage_keys();
[[nodiscard]] const std::vector<std::string>& hint_keys();

}  // namespace nnflow::runtime
