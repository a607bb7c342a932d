// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "catalog.hpp"
#include "resolved.hpp"
#include "unit.hpp"
#include "validate.hpp"

namespace nnflow::runtime {

/// A stage of the flattened pipeline, while it is being resolved.
struct Node {
  ResolvedStage stage;
  std::shared_ptr<const Unit> unit;
  std::string pointer;          ///< of the stage in its unit's document
  const Value* yaml = nullptr;  ///< the stage's map
  bool off = false;             ///< switched off by `when`; never part of the result
};

struct Scope;

/// What a stage name stands for inside one pipeline file.
struct Entry {
  std::string id;  ///< name in the file
  std::string pointer;
  const Value* yaml = nullptr;
  std::size_t node = 0;          ///< of a plain stage or a foreach
  std::unique_ptr<Scope> inner;  ///< of a pipeline used as a stage; null when it is switched off
  bool is_pipeline = false;
  bool off = false;
};

/// The names of one pipeline file.
struct Scope {
  std::shared_ptr<const Unit> unit;
  std::string prefix;  ///< "" or "outer/"
  std::vector<Entry> entries;

  [[nodiscard]] const Entry* find(std::string_view id) const;
  [[nodiscard]] std::vector<std::string> names() const;
};

/// The flattened pipeline.
struct Graph {
  Scope root;
  std::vector<Node> nodes;
};

/// Everything that the passes need.
struct PassContext {
  const StageCatalog& catalog;
  const ResolveOptions& options;
  Findings& findings;
};

/// Pass 5: stages from `use`; pipelines used as stages are loaded and flattened, `when` and
/// `foreach` read.
void expand_unit(const std::shared_ptr<const Unit>& unit,
                 Graph& graph,
                 const RunSettings& run,
                 PassContext& context);
/// Pass 6: parameters against the stages' declarations; defaults filled in.
void check_params_pass(Graph& graph, PassContext& context);
/// Passes 7 and 8: edges, required inputs, cycles, reachability. Stages that are switched off
/// disappear; `stages` comes out in topological order.
void wire_pass(Graph& graph,
               std::vector<ResolvedStage>& stages,
               std::vector<Export>& exports,
               PassContext& context);
/// Passes 9 and 10: what hints and caches ask for is possible.
void check_resources_pass(const Graph& graph, PassContext& context);

/// Passes 1 to 10 for a pipeline that is used as a stage; `run` are the settings of the run around
/// it.
[[nodiscard]] std::unique_ptr<ResolvedPipeline> resolve_used_pipeline(
    const std::filesystem::path& file,
    const ResolveOptions& options,
    const StageCatalog& catalog,
    const UnitInput& input,
    const RunSettings& run,
    Findings& findings);

/// Cuts stages (in topological order) into phases.
[[nodiscard]] std::vector<Phase> cut_phases(const std::vector<ResolvedStage>& stages);
/// Keeps `until` and what it depends on. The stage must exist.
void keep_ancestors(std::vector<ResolvedStage>& stages,
                    std::vector<Export>& exports,
                    std::size_t until);
/// The resolved pipeline as a document.
[[nodiscard]] Value to_document(const ResolvedPipeline& pipeline);

/// Elements of an inline `foreach`: a list of texts or maps, or a map of lists (their product, the
/// last name varying fastest).
[[nodiscard]] std::vector<Element> read_elements(const Document& document,
                                                 const std::string& pointer,
                                                 const Value& list,
                                                 Findings& findings);

}  // namespace nnflow::runtime
