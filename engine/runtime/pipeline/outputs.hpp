// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "graph.hpp"

namespace nnflow::runtime {

/// Something that can feed an input: an output port, an export, or a merge of several.
struct Output {
  std::string name;
  std::string payload;
  std::string shown;  ///< "crop.image", for messages
  bool once = false;
  bool merge = false;
  std::vector<PortRef> refs;  ///< stages are indices into Graph::nodes
};

/// What a text like "crop" or "crop.image" stands for.
struct OutputSource {
  const Entry* entry = nullptr;
  std::vector<Output> outputs;
  bool off = false;  ///< switched off, and nothing passes through
};

/// Looks up outputs by name. A stage that is switched off passes an input through to the output of
/// the same name and payload, so that a chain stays whole without it.
class OutputTable {
 public:
  OutputTable(Graph& graph, PassContext& context) : graph_(graph), context_(context) {}

  /// Adds a finding at `pointer` and returns nothing when the text names nothing.
  std::optional<OutputSource> source(const Scope& scope,
                                     const std::string& text,
                                     const std::string& pointer);
  /// The nodes that have to be complete for `text` to be complete.
  std::vector<std::size_t> barrier(const Scope& scope,
                                   const std::string& text,
                                   const std::string& pointer);
  /// Wires a stage once, however often it is asked for.
  void wire(const Scope& scope, const Entry& entry);

 private:
  std::vector<Output> outputs_of(const Scope& scope, const Entry& entry);
  std::vector<Output> passed_through(const Scope& scope, const Entry& entry);
  const Entry* find_entry(const Scope& scope, const std::string& id, const std::string& pointer);

  Graph& graph_;
  PassContext& context_;
  std::set<const Entry*> wired_;
};

/// Wires the inputs of one stage from its `from`. Called through OutputTable::wire().
void wire_stage(
    OutputTable& table, const Scope& scope, const Entry& entry, Node& node, PassContext& context);
/// Finds the once output that a foreach takes its elements from.
void wire_foreach(
    OutputTable& table, const Scope& scope, const Entry& entry, Node& node, PassContext& context);
/// All nodes of a pipeline that is used as a stage, inner ones included.
void collect_nodes(const Scope& scope, std::vector<std::size_t>& out);

}  // namespace nnflow::runtime
