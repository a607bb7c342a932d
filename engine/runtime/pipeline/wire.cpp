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

constexpr std::string_view kElementsPayload = "nnflow.elements/1";

std::string port_list(const std::vector<Output>& outputs) {
  std::string text;
  for (const Output& output : outputs) text += (text.empty() ? "" : ", ") + output.name;
  return text;
}

/// Wires the inputs of one stage of one scope.
class StageWirer {
 public:
  StageWirer(
      OutputTable& table, const Scope& scope, const Entry& entry, Node& node, PassContext& context)
      : table_(table),
        scope_(scope),
        node_(node),
        spec_(*node.stage.spec),
        at_(entry.pointer + "/from"),
        findings_(context.findings) {}

  void wire() {
    const std::size_t before = findings_.size();
    if (const Value* from = node_.yaml->find("from"); from != nullptr && !from->is_null()) {
      if (spec_.inputs.empty()) {
        error(at_, node_.stage.use + " takes no inputs");
        return;
      }
      if (from->is_string()) {
        wire_by_names(from->as_string(), at_);
      } else if (from->is_array()) {
        wire_list(from->as_array());
      } else if (from->is_object() && from->find("merge") != nullptr &&
                 spec_.input("merge") == nullptr) {
        wire_merge_by_names(*from);
      } else if (from->is_object()) {
        wire_ports(from->as_object());
      } else {
        error(at_,
              "expected stage, stage.port, a list or a map of input ports, got " + shown(*from));
      }
    }
    order_inputs();
    if (!node_.off && findings_.size() == before) check_fed();
  }

 private:
  void error(const std::string& pointer, std::string message, std::string note = {}) {
    findings_.push_back(
        scope_.unit->document.error_at(pointer, std::move(message), std::move(note)));
  }

  [[nodiscard]] const InputWiring* fed(std::string_view port) const {
    for (const InputWiring& wiring : node_.stage.inputs) {
      if (wiring.port == port) return &wiring;
    }
    return nullptr;
  }

  void feed(const PortSpec& port, const Output& output, const std::string& pointer) {
    if (fed(port.name) != nullptr) {
      error(pointer, "the input \"" + port.name + "\" is fed twice; name the ports: {" + port.name +
                         ": STAGE.PORT}");
      return;
    }
    const std::string consumer = "the input \"" + port.name + "\" of " + node_.stage.use;
    if (port.payload != output.payload) {
      error(pointer, "port type mismatch: " + consumer + " takes " + port.payload + ", but " +
                         output.shown + " gives " + output.payload);
      return;
    }
    if (port.once && !output.once) {
      error(pointer,
            consumer + " takes one value per run, but " + output.shown + " comes once per item");
      return;
    }
    if (!port.once && output.once) {
      error(pointer,
            consumer + " takes one value per item, but " + output.shown + " comes once per run");
      return;
    }
    node_.stage.inputs.push_back({port.name, output.refs, port.once, output.merge});
  }

  /// `from: x` or `from: x.port`.
  void wire_by_names(const std::string& text, const std::string& pointer) {
    const auto source = table_.source(scope_, text, pointer);
    if (!source) return;
    if (source->off) {
      off_.insert(source->entry->id);
      return;
    }
    const std::vector<Output>& outputs = source->outputs;
    bool matched = false;
    for (const PortSpec& port : spec_.inputs) {
      for (const Output& output : outputs) {
        if (output.name != port.name) continue;
        matched = true;
        feed(port, output, pointer);
      }
    }
    if (matched) return;
    const PortSpec* only = only_input();
    if (outputs.size() == 1 && only != nullptr) {
      feed(*only, outputs.front(), pointer);
      return;
    }
    std::string inputs;
    for (const PortSpec& port : spec_.inputs) inputs += (inputs.empty() ? "" : ", ") + port.name;
    error(pointer, "\"" + text + "\" gives " + (outputs.empty() ? "nothing" : port_list(outputs)) +
                       "; " + node_.stage.use + " takes " + inputs + "; write {INPUT: STAGE.PORT}");
  }

  /// The single input, or the single required one.
  [[nodiscard]] const PortSpec* only_input() const {
    if (spec_.inputs.size() == 1) return &spec_.inputs.front();
    const PortSpec* only = nullptr;
    for (const PortSpec& port : spec_.inputs) {
      if (port.optional) continue;
      if (only != nullptr) return nullptr;
      only = &port;
    }
    return only;
  }

  void wire_list(const Value::Array& list) {
    for (std::size_t i = 0; i < list.size(); ++i) {
      const std::string pointer = child_pointer(at_, i);
      if (list[i].is_string()) {
        wire_by_names(list[i].as_string(), pointer);
      } else {
        error(pointer, "expected stage or stage.port, got " + shown(list[i]));
      }
    }
  }

  void wire_ports(const Value::Object& ports) {
    std::vector<std::string> names;
    for (const PortSpec& port : spec_.inputs) names.push_back(port.name);
    for (const auto& [name, value] : ports) {
      const std::string pointer = child_pointer(at_, name);
      const PortSpec* port = spec_.input(name);
      if (port == nullptr) {
        findings_.push_back(scope_.unit->document.error_at_key(
            pointer, node_.stage.use + " has no input \"" + name + "\"" + suggestion(name, names)));
      } else if (value.is_string()) {
        if (const auto output = single(value.as_string(), *port, pointer))
          feed(*port, *output, pointer);
      } else if (value.is_object() && value.as_object().size() == 1 &&
                 value.find("merge") != nullptr) {
        if (const auto merged = merge(*value.find("merge"), *port,
                                      child_pointer(pointer, std::string_view("merge")))) {
          feed(*port, *merged, pointer);
        }
      } else if (!value.is_null()) {
        error(pointer, "expected stage, stage.port or {merge: [...]}, got " + shown(value));
      }
    }
  }

  void wire_merge_by_names(const Value& from) {
    if (from.as_object().size() != 1) {
      error(at_, "merge stands alone; write {INPUT: {merge: [...]}} beside other inputs");
      return;
    }
    std::vector<const PortSpec*> items;
    for (const PortSpec& port : spec_.inputs) {
      if (!port.once) items.push_back(&port);
    }
    if (items.size() != 1) {
      error(at_, node_.stage.use + " has " + std::to_string(items.size()) +
                     " item inputs; write {INPUT: {merge: [...]}}");
      return;
    }
    const std::string pointer = at_ + "/merge";
    if (const auto merged = merge(*from.find("merge"), *items.front(), pointer)) {
      feed(*items.front(), *merged, pointer);
    }
  }

  /// The output that `text` names for `port`: `x.port`, or of `x` the equally named or only one.
  std::optional<Output> single(const std::string& text,
                               const PortSpec& port,
                               const std::string& pointer) {
    auto source = table_.source(scope_, text, pointer);
    if (!source) return std::nullopt;
    if (source->off) {
      off_.insert(source->entry->id);
      return std::nullopt;
    }
    for (const Output& output : source->outputs) {
      if (output.name == port.name) return output;
    }
    if (source->outputs.size() == 1) return source->outputs.front();
    error(pointer,
          "\"" + text + "\" gives " +
              (source->outputs.empty() ? "nothing"
                                       : port_list(source->outputs) + "; write " + text + ".PORT"));
    return std::nullopt;
  }

  std::optional<Output> merge(const Value& list, const PortSpec& port, const std::string& pointer) {
    if (!list.is_array() || list.as_array().empty()) {
      error(pointer, "expected a list of outputs, got " + shown(list));
      return std::nullopt;
    }
    Output merged;
    bool good = true;
    for (std::size_t i = 0; i < list.as_array().size(); ++i) {
      const Value& value = list.as_array()[i];
      const std::string at = child_pointer(pointer, i);
      if (!value.is_string()) {
        error(at, "expected stage or stage.port, got " + shown(value));
        good = false;
        continue;
      }
      const std::size_t before = findings_.size();
      const auto output = single(value.as_string(), port, at);
      if (!output) {
        good = good && findings_.size() == before;
        continue;
      }
      if (output->once) {
        error(at, "only item streams can be merged, and " + output->shown + " comes once per run");
        good = false;
      } else if (output->payload != port.payload) {
        feed(port, *output, at);  // reports the mismatch
        good = false;
      }
      merged.payload = output->payload;
      merged.refs.insert(merged.refs.end(), output->refs.begin(), output->refs.end());
    }
    if (!good || merged.refs.empty()) return std::nullopt;
    merged.merge = merged.refs.size() > 1;
    merged.shown = "the merge";
    return merged;
  }

  /// Inputs in the order of the declaration, however they were written.
  void order_inputs() {
    std::vector<InputWiring> ordered;
    for (const PortSpec& port : spec_.inputs) {
      for (InputWiring& wiring : node_.stage.inputs) {
        if (wiring.port == port.name) ordered.push_back(std::move(wiring));
      }
    }
    node_.stage.inputs = std::move(ordered);
  }

  void check_fed() {
    std::string note;
    for (const std::string& id : off_) note += (note.empty() ? "" : ", ") + id;
    if (!note.empty()) note = "switched off by its `when`: " + note;
    bool takes_items = false;
    bool item_fed = false;
    bool complete = true;
    for (const PortSpec& port : spec_.inputs) {
      const bool is_fed = fed(port.name) != nullptr;
      takes_items = takes_items || !port.once;
      item_fed = item_fed || (is_fed && !port.once);
      if (is_fed || port.optional) continue;
      complete = false;
      findings_.push_back(scope_.unit->document.error_at_key(
          node_.pointer,
          "nothing feeds the input \"" + port.name + "\" of " + node_.stage.use + ", which takes " +
              port.payload + (port.once ? " once per run" : " once per item"),
          note.empty() ? port.doc : note));
    }
    const bool streams = spec_.shape == StageShape::kMap || spec_.shape == StageShape::kGroup;
    if (streams && takes_items && !item_fed && complete) {
      findings_.push_back(scope_.unit->document.error_at_key(
          node_.pointer, "no item ever reaches this stage: none of its item inputs is fed", note));
    }
  }

  OutputTable& table_;
  const Scope& scope_;
  Node& node_;
  const StageDescription& spec_;
  const std::string at_;
  Findings& findings_;
  std::set<std::string> off_;
};

}  // namespace

void wire_stage(
    OutputTable& table, const Scope& scope, const Entry& entry, Node& node, PassContext& context) {
  StageWirer(table, scope, entry, node, context).wire();
}

void wire_foreach(
    OutputTable& table, const Scope& scope, const Entry& entry, Node& node, PassContext& context) {
  const Value& list = *entry.yaml->find("foreach");
  if (!list.is_string() || has_each(list) || !node.stage.foreach) return;
  const std::string pointer = entry.pointer + "/foreach";
  const auto source = table.source(scope, list.as_string(), pointer);
  if (!source) return;
  if (source->off || source->outputs.size() != 1 || !source->outputs.front().once ||
      source->outputs.front().payload != kElementsPayload) {
    context.findings.push_back(scope.unit->document.error_at(
        pointer, "expected a list or a once output of nnflow.elements/1, got " + shown(list)));
    return;
  }
  node.stage.foreach->from = source->outputs.front().refs.front();
}

}  // namespace nnflow::runtime
