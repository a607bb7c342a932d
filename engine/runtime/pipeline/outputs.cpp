// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "outputs.hpp"

#include <algorithm>
#include <utility>

namespace nnflow::runtime {
namespace {

/// "a/b.port" -> {"a/b", "port"}; the port is empty for a bare stage.
std::pair<std::string, std::string> split_reference(const std::string& text) {
  const std::size_t dot = text.rfind('.');
  if (dot == std::string::npos) return {text, ""};
  return {text.substr(0, dot), text.substr(dot + 1)};
}

}  // namespace

void collect_nodes(const Scope& scope, std::vector<std::size_t>& out) {
  for (const Entry& entry : scope.entries) {
    if (entry.inner != nullptr) {
      collect_nodes(*entry.inner, out);
    } else if (!entry.off) {
      out.push_back(entry.node);
    }
  }
}

const Entry* OutputTable::find_entry(const Scope& scope,
                                     const std::string& id,
                                     const std::string& pointer) {
  const Entry* entry = scope.find(id);
  if (entry == nullptr) {
    const std::vector<std::string> names = scope.names();
    context_.findings.push_back(
        scope.unit->document.error_at(pointer, "no stage \"" + id + "\"" + suggestion(id, names)));
  }
  return entry;
}

std::optional<OutputSource> OutputTable::source(const Scope& scope,
                                                const std::string& text,
                                                const std::string& pointer) {
  const auto [id, port] = split_reference(text);
  OutputSource source;
  source.entry = find_entry(scope, id, pointer);
  if (source.entry == nullptr) return std::nullopt;
  if (source.entry->is_pipeline && source.entry->yaml->find("foreach") != nullptr) {
    context_.findings.push_back(scope.unit->document.error_at(
        pointer,
        "\"" + id + "\" runs once per element and has no outputs; wait for it with after: " + id));
    return std::nullopt;
  }
  source.outputs = outputs_of(scope, *source.entry);
  if (!port.empty()) {
    std::vector<std::string> names;
    for (const Output& output : source.outputs) names.push_back(output.name);
    std::erase_if(source.outputs, [&p = port](const Output& output) { return output.name != p; });
    if (source.outputs.empty() && !source.entry->off) {
      std::string known;
      for (const std::string& name : names) known += (known.empty() ? "" : ", ") + name;
      context_.findings.push_back(scope.unit->document.error_at(
          pointer, "\"" + id + "\" has no output \"" + port + "\"" + suggestion(port, names),
          known.empty() ? "it has no outputs" : "its outputs are " + known));
      return std::nullopt;
    }
  }
  source.off = source.entry->off && source.outputs.empty();
  return source;
}

std::vector<std::size_t> OutputTable::barrier(const Scope& scope,
                                              const std::string& text,
                                              const std::string& pointer) {
  const auto [id, port] = split_reference(text);
  const Entry* entry = find_entry(scope, id, pointer);
  if (entry == nullptr || entry->off) return {};
  if (entry->inner == nullptr) {
    if (!port.empty() && !source(scope, text, pointer)) return {};
    return {entry->node};
  }
  if (!port.empty()) {
    const auto found = source(scope, text, pointer);
    std::vector<std::size_t> nodes;
    if (!found) return nodes;
    for (const Output& output : found->outputs) {
      for (const PortRef& ref : output.refs) nodes.push_back(ref.stage);
    }
    return nodes;
  }
  std::vector<std::size_t> inside;
  collect_nodes(*entry->inner, inside);
  // A stage that another one of the same pipeline reads is complete when its reader is.
  std::set<std::size_t> read;
  for (const std::size_t node : inside) {
    for (const InputWiring& wiring : graph_.nodes[node].stage.inputs) {
      for (const PortRef& ref : wiring.sources) read.insert(ref.stage);
    }
  }
  std::erase_if(inside, [&read](std::size_t node) { return read.contains(node); });
  return inside;
}

void OutputTable::wire(const Scope& scope, const Entry& entry) {
  if (!wired_.insert(&entry).second) return;
  Node& node = graph_.nodes[entry.node];
  if (node.stage.spec != nullptr) wire_stage(*this, scope, entry, node, context_);
  if (node.stage.foreach) wire_foreach(*this, scope, entry, node, context_);
}

std::vector<Output> OutputTable::outputs_of(const Scope& scope, const Entry& entry) {
  std::vector<Output> outputs;
  if (entry.off) return entry.is_pipeline ? outputs : passed_through(scope, entry);
  if (entry.inner != nullptr) {
    const Value* exports = entry.inner->unit->document.root.find("exports");
    if (exports == nullptr) return outputs;
    for (const auto& [name, port] : exports->as_object()) {
      auto inner = source(*entry.inner, port.as_string(), child_pointer("/exports", name));
      if (!inner || inner->outputs.size() != 1) continue;  // reported with the inner pipeline
      Output output = std::move(inner->outputs.front());
      output.name = name;
      output.shown = entry.id + "." + name;
      outputs.push_back(std::move(output));
    }
    return outputs;
  }
  const Node& node = graph_.nodes[entry.node];
  if (node.stage.spec == nullptr) return outputs;
  for (const PortSpec& port : node.stage.spec->outputs) {
    outputs.push_back({port.name,
                       port.payload,
                       entry.id + "." + port.name,
                       port.once,
                       false,
                       {PortRef{entry.node, port.name}}});
  }
  return outputs;
}

std::vector<Output> OutputTable::passed_through(const Scope& scope, const Entry& entry) {
  wire(scope, entry);
  const Node& node = graph_.nodes[entry.node];
  std::vector<Output> outputs;
  if (node.stage.spec == nullptr) return outputs;
  for (const InputWiring& wiring : node.stage.inputs) {
    const PortSpec* in = node.stage.spec->input(wiring.port);
    const PortSpec* out = node.stage.spec->output(wiring.port);
    if (in == nullptr || out == nullptr || in->payload != out->payload || in->once != out->once)
      continue;
    outputs.push_back({out->name, out->payload, entry.id + "." + out->name, out->once, wiring.merge,
                       wiring.sources});
  }
  return outputs;
}

}  // namespace nnflow::runtime
