// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <nnflow/spec.hpp>

#include "catalog.hpp"

namespace nnflow::runtime {

/// JSON Schema of a stage's params. Every value may also be a text with `${...}`.
[[nodiscard]] Value params_schema(const StageDescription& stage);
/// JSON Schema for the stages of a pipeline file: one rule for each stage id, for editors.
[[nodiscard]] Value stages_schema(const StageCatalog& catalog);
/// JSON text with two spaces of indentation and a newline at the end.
[[nodiscard]] std::string indented_json(const Value& value);

}  // namespace nnflow::runtime
