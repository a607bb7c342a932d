// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "catalog.hpp"
#include "compose.hpp"
#include "finding.hpp"
#include "resolved.hpp"

namespace nnflow::runtime {

struct ResolveOptions {
  Overrides overrides;
  SearchPath search;     ///< folders with pipelines, for imports and `pipeline:` references
  std::string shown_as;  ///< the file's name in findings; empty = as given
  std::optional<std::int64_t> seed;  ///< --seed, over `run.seed`
  std::optional<int> threads;        ///< --threads, over `run.threads`
  bool open_required =
      false;          ///< required variables without a value are not findings but stay open
  std::string until;  ///< keep this stage and what it depends on; empty = everything
};

/// Turns a pipeline file into something that can run, in passes that each collect all their
/// findings; the next pass runs only when there is no error: 1 load, 2 imports and overrides, 3
/// variables, 4 shape of the document, 5 stages, 6 parameters, 7 edges, 8 cycles and reachability,
/// 9 resources, 10 caches. No plugin is opened. Returns null exactly when there are errors.
/// `catalog` must outlive the result when it has a foreach.
[[nodiscard]] std::shared_ptr<const ResolvedPipeline> resolve_pipeline(
    const std::filesystem::path& file,
    const ResolveOptions& options,
    const StageCatalog& catalog,
    Findings& findings);

}  // namespace nnflow::runtime
