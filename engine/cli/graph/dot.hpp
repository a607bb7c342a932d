// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "graph/run_figures.hpp"
#include "pipeline/resolved.hpp"

namespace nnflow::cli {

/// The pipeline in Graphviz's language: a cluster for each phase, a record for each stage, a box
/// for each foreach, an edge for each fed input (dashed where a value comes once per run, dotted
/// for `after`). A stage that a later phase replays is drawn there again, in grey. With `figures`
/// every stage says what it did, and the more of the busy time it took the redder it is.
[[nodiscard]] std::string dot_text(const runtime::ResolvedPipeline& pipeline,
                                   const RunFigures* figures);

/// Lets Graphviz draw `dot` as SVG. Throws Error(kResource) when there is no program "dot" in PATH,
/// Error(kIo) when it fails or the file cannot be written.
void write_svg(const std::string& dot, const std::filesystem::path& file);

}  // namespace nnflow::cli
