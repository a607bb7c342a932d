// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "graph.hpp"
#include "outputs.hpp"
#include "scalar.hpp"

namespace nnflow::runtime {
namespace {

constexpr std::size_t kDropped = static_cast<std::size_t>(-1);

/// Every stage that has to come before another one.
std::set<std::size_t> predecessors(const ResolvedStage& stage) {
  std::set<std::size_t> before(stage.after.begin(), stage.after.end());
  for (const InputWiring& wiring : stage.inputs) {
    for (const PortRef& ref : wiring.sources) before.insert(ref.stage);
  }
  if (stage.foreach && stage.foreach->from) before.insert(stage.foreach->from->stage);
  return before;
}

class Topology {
 public:
  Topology(Graph& graph, PassContext& context)
      : graph_(graph), context_(context), table_(graph, context) {}

  bool wire() {
    wire_scope(graph_.root);
    if (!has_errors(context_.findings)) add_barriers(graph_.root);
    return !has_errors(context_.findings);
  }

  std::vector<Export> read_exports() {
    std::vector<Export> exports;
    const Document& document = graph_.root.unit->document;
    const Value* block = document.root.find("exports");
    if (block == nullptr) return exports;
    for (const auto& [name, port] : block->as_object()) {
      const auto ref = exported(graph_.root, name, port.as_string());
      if (ref) exports.push_back({name, *ref});
    }
    return exports;
  }

  /// Kahn's order, the first in the file first; a rest is a cycle.
  std::vector<std::size_t> order() {
    std::vector<std::size_t> order;
    std::set<std::size_t> done;
    bool moved = true;
    while (moved) {
      moved = false;
      for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
        if (graph_.nodes[i].off || done.contains(i)) continue;
        const auto before = predecessors(graph_.nodes[i].stage);
        if (!std::all_of(before.begin(), before.end(),
                         [&](std::size_t b) { return done.contains(b); }))
          continue;
        order.push_back(i);
        done.insert(i);
        moved = true;
      }
    }
    const auto is_left = [&](std::size_t i) { return !graph_.nodes[i].off && !done.contains(i); };
    for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
      if (!is_left(i)) continue;
      report_cycle(i, done);
      break;
    }
    return order;
  }

  void note_dead_outputs() {
    std::set<std::size_t> read;
    for (const Node& node : graph_.nodes) {
      for (const std::size_t before : predecessors(node.stage)) read.insert(before);
    }
    for (const Export& exported : exports_) read.insert(exported.port.stage);
    for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
      const Node& node = graph_.nodes[i];
      if (node.off || node.stage.spec == nullptr || node.unit->is_template || read.contains(i))
        continue;
      const StageDescription& spec = *node.stage.spec;
      if (spec.outputs.empty() || spec.writes_artifacts || spec.shape == StageShape::kReduce)
        continue;
      Finding finding =
          node.unit->document.error_at_key(node.pointer, "nothing reads the outputs of this stage");
      finding.severity = Severity::kWarning;
      context_.findings.push_back(std::move(finding));
    }
  }

  void set_exports(std::vector<Export> exports) { exports_ = std::move(exports); }

 private:
  void wire_scope(const Scope& scope) {
    for (const Entry& entry : scope.entries) {
      if (entry.inner != nullptr) {
        wire_scope(*entry.inner);
        check_inner_exports(*entry.inner);
      } else if (!(entry.is_pipeline && entry.off)) {
        table_.wire(scope, entry);
      }
    }
  }

  void check_inner_exports(const Scope& scope) {
    const Value* block = scope.unit->document.root.find("exports");
    if (block == nullptr) return;
    for (const auto& [name, port] : block->as_object()) {
      static_cast<void>(exported(scope, name, port.as_string()));
    }
  }

  std::optional<PortRef> exported(const Scope& scope,
                                  const std::string& name,
                                  const std::string& port) {
    const std::string pointer = child_pointer("/exports", name);
    const std::size_t before = context_.findings.size();
    const auto source = table_.source(scope, port, pointer);
    if (!source || context_.findings.size() != before || source->off) return std::nullopt;
    if (source->outputs.size() == 1 && source->outputs.front().refs.size() == 1) {
      return source->outputs.front().refs.front();
    }
    context_.findings.push_back(scope.unit->document.error_at(
        pointer, "expected one output like stage.port, got " + shown(Value(port))));
    return std::nullopt;
  }

  std::vector<std::size_t> read_barrier(const Scope& scope,
                                        const Value& value,
                                        const std::string& pointer) {
    std::vector<std::size_t> nodes;
    const Value::Array list = value.is_array() ? value.as_array() : Value::Array{value};
    for (std::size_t i = 0; i < list.size(); ++i) {
      const std::string at = value.is_array() ? child_pointer(pointer, i) : pointer;
      if (!list[i].is_string()) {
        context_.findings.push_back(scope.unit->document.error_at(
            at, "expected a stage or a list of stages to wait for, got " + shown(list[i])));
        continue;
      }
      for (const std::size_t node : table_.barrier(scope, list[i].as_string(), at))
        nodes.push_back(node);
    }
    return nodes;
  }

  void add_barriers(const Scope& scope) {
    for (const Entry& entry : scope.entries) {
      if (entry.inner != nullptr) add_barriers(*entry.inner);
      if (entry.off) continue;
      std::vector<std::size_t> before;
      for (const char* key : {"after", "from"}) {
        const Value* value = entry.yaml->find(key);
        if (value == nullptr || value->is_null() ||
            (!entry.is_pipeline && std::string_view(key) == "from"))
          continue;
        const auto nodes =
            read_barrier(scope, *value, child_pointer(entry.pointer, std::string_view(key)));
        before.insert(before.end(), nodes.begin(), nodes.end());
      }
      if (before.empty()) continue;
      if (entry.inner == nullptr) {
        append(graph_.nodes[entry.node].stage.after, before);
        continue;
      }
      std::vector<std::size_t> inside;
      collect_nodes(*entry.inner, inside);
      for (const std::size_t node : inside) {
        if (predecessors(graph_.nodes[node].stage).empty())
          append(graph_.nodes[node].stage.after, before);
      }
    }
  }

  static void append(std::vector<std::size_t>& to, const std::vector<std::size_t>& from) {
    for (const std::size_t node : from) {
      if (std::find(to.begin(), to.end(), node) == to.end()) to.push_back(node);
    }
  }

  /// Walks backwards over unfinished stages until one comes up again.
  void report_cycle(std::size_t start, const std::set<std::size_t>& done) {
    std::vector<std::size_t> path{start};
    while (true) {
      std::size_t next = kDropped;
      for (const std::size_t before : predecessors(graph_.nodes[path.back()].stage)) {
        if (!done.contains(before) && next == kDropped) next = before;
      }
      const auto again = std::find(path.begin(), path.end(), next);
      if (again == path.end()) {
        path.push_back(next);
        continue;
      }
      path.erase(path.begin(), again);
      break;
    }
    std::reverse(path.begin(), path.end());
    std::rotate(path.begin(), std::min_element(path.begin(), path.end()), path.end());
    std::string text;
    for (const std::size_t node : path) text += graph_.nodes[node].stage.id + " -> ";
    const Node& first = graph_.nodes[path.front()];
    context_.findings.push_back(
        first.unit->document.error_at_key(first.pointer, "cycle: " + text + first.stage.id));
  }

  Graph& graph_;
  PassContext& context_;
  OutputTable table_;
  std::vector<Export> exports_;
};

}  // namespace

void wire_pass(Graph& graph,
               std::vector<ResolvedStage>& stages,
               std::vector<Export>& exports,
               PassContext& context) {
  Topology topology(graph, context);
  if (!topology.wire()) return;
  exports = topology.read_exports();
  topology.set_exports(exports);
  const std::vector<std::size_t> order = topology.order();
  if (has_errors(context.findings)) return;
  topology.note_dead_outputs();

  std::vector<std::size_t> place(graph.nodes.size(), kDropped);
  for (std::size_t i = 0; i < order.size(); ++i) place[order[i]] = i;
  for (const std::size_t node : order) {
    ResolvedStage stage = graph.nodes[node].stage;
    for (InputWiring& wiring : stage.inputs) {
      for (PortRef& ref : wiring.sources) ref.stage = place[ref.stage];
    }
    for (std::size_t& before : stage.after) before = place[before];
    std::sort(stage.after.begin(), stage.after.end());
    if (stage.foreach && stage.foreach->from)
      stage.foreach->from->stage = place[stage.foreach->from->stage];
    stages.push_back(std::move(stage));
  }
  for (Export& exported : exports) exported.port.stage = place[exported.port.stage];
}

}  // namespace nnflow::runtime
