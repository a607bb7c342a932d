// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <utility>

#include "graph.hpp"
#include "scalar.hpp"
#include "schema.hpp"
#include "yaml.hpp"

namespace nnflow::runtime {
namespace {

Value count_or_auto(int count) { return count == 0 ? Value("auto") : Value(count); }

Value run_value(const RunSettings& run) {
  Value out;
  out.set("seed", static_cast<std::int64_t>(run.seed));
  out.set("threads", count_or_auto(run.threads));
  out.set("memory",
          run.memory_bytes == 0 ? Value("auto") : Value(std::to_string(run.memory_bytes) + "B"));
  out.set("in_flight", count_or_auto(run.in_flight));
  out.set("on_error", run.on_error == OnError::kStop ? "stop" : "skip_item");
  out.set("record", run.record == RecordDetail::kItems ? "items" : "summary");
  if (run.executor_params.is_object() && !run.executor_params.as_object().empty()) {
    Value executor;
    executor.set("use", run.executor);
    executor.set("params", escape_references(run.executor_params));
    out.set("executor", std::move(executor));
  } else {
    out.set("executor", run.executor);
  }
  return out;
}

std::string reference(const ResolvedPipeline& pipeline, const PortRef& ref) {
  return pipeline.stages[ref.stage].id + "." + ref.port;
}

Value from_value(const ResolvedPipeline& pipeline, const ResolvedStage& stage) {
  Value from{Value::Object{}};
  for (const InputWiring& wiring : stage.inputs) {
    if (!wiring.merge) {
      from.set(wiring.port, reference(pipeline, wiring.sources.front()));
      continue;
    }
    Value::Array list;
    for (const PortRef& ref : wiring.sources) list.push_back(reference(pipeline, ref));
    Value merge;
    merge.set("merge", Value(std::move(list)));
    from.set(wiring.port, std::move(merge));
  }
  return from;
}

Value foreach_value(const ResolvedPipeline& pipeline, const Foreach& foreach) {
  if (foreach.from) return Value(reference(pipeline, *foreach.from));
  Value::Array list;
  if (!foreach.elements) return Value(std::move(list));  // not known while a variable is open
  for (const Element& element : *foreach.elements) {
    Value entry;
    entry.set("id", element.id);
    for (const auto& [name, value] : element.values.as_object()) entry.set(name, value);
    list.push_back(std::move(entry));
  }
  return Value(std::move(list));
}

Value hints_value(const StageHints& hints) {
  Value out{Value::Object{}};
  if (hints.concurrency > 0) out.set("concurrency", hints.concurrency);
  if (!hints.memory.empty()) out.set("memory", hints.memory);
  if (hints.in_flight > 0) out.set("in_flight", hints.in_flight);
  return out;
}

Value stage_value(const ResolvedPipeline& pipeline, const ResolvedStage& stage) {
  Value out;
  out.set("use", stage.foreach ? "pipeline:" + stage.foreach->pipeline : stage.use);
  if (!stage.doc.empty()) out.set("doc", stage.doc);
  if (stage.foreach) out.set("foreach", foreach_value(pipeline, *stage.foreach));
  Value from = from_value(pipeline, stage);
  if (!from.as_object().empty()) out.set("from", std::move(from));
  if (!stage.after.empty()) {
    Value::Array after;
    for (const std::size_t before : stage.after) after.push_back(pipeline.stages[before].id);
    out.set("after", Value(std::move(after)));
  }
  if (stage.params.is_object() && !stage.params.as_object().empty())
    out.set("params", stage.params);
  if (stage.foreach && stage.foreach->overrides.is_object())
    out.set("stages", stage.foreach->overrides);
  Value hints = hints_value(stage.hints);
  if (!hints.as_object().empty()) out.set("hints", std::move(hints));
  if (stage.cache) out.set("cache", true);
  if (stage.on_error != pipeline.run.on_error) {
    out.set("on_error", stage.on_error == OnError::kStop ? "stop" : "skip_item");
  }
  return out;
}

bool is_scalar(const Value& value) { return !value.is_array() && !value.is_object(); }

/// Text that can stand without quotes: a word that no scalar rule reads as something else.
bool is_plain(const std::string& text) {
  const auto is_word = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '/' || c == '-';
  };
  if (text.empty() || !std::all_of(text.begin(), text.end(), is_word)) return false;
  if (text.front() == '-' || text.front() == '.') return false;
  const PlainScalar scalar = parse_plain_scalar(text);
  return scalar.problem.empty() && scalar.value.is_string();
}

std::string scalar_text(const Value& value) {
  if (value.is_string()) return is_plain(value.as_string()) ? value.as_string() : value.to_json();
  if (value.kind() == Value::Kind::kNumber) {
    const double number = value.as_number();
    if (std::isnan(number)) return ".nan";
    if (std::isinf(number)) return number > 0 ? ".inf" : "-.inf";
  }
  return value.to_json();
}

std::string key_text(const std::string& key) { return is_plain(key) ? key : Value(key).to_json(); }

void emit(const Value& value, int indent, std::string& out) {
  const std::string pad(static_cast<std::size_t>(indent), ' ');
  if (value.is_object() && !value.as_object().empty()) {
    for (const auto& [key, child] : value.as_object()) {
      out += pad + key_text(key) + ":";
      const bool nested =
          (child.is_object() && !child.as_object().empty()) ||
          (child.is_array() && std::any_of(child.as_array().begin(), child.as_array().end(),
                                           [](const Value& v) { return !is_scalar(v); }));
      if (nested) {
        out += "\n";
        emit(child, indent + 2, out);
      } else {
        out += " ";
        emit(child, 0, out);
      }
    }
  } else if (value.is_array() && std::any_of(value.as_array().begin(), value.as_array().end(),
                                             [](const Value& v) { return !is_scalar(v); })) {
    for (const Value& element : value.as_array()) {
      std::string inner;
      emit(element, indent + 2, inner);
      if (is_scalar(element) || inner.size() <= pad.size() + 2 || inner.compare(0, 1, " ") != 0) {
        out += pad + "- " + inner;
      } else {
        out += pad + "- " + inner.substr(pad.size() + 2);
      }
    }
  } else if (value.is_array()) {
    out += "[";
    for (std::size_t i = 0; i < value.as_array().size(); ++i) {
      out += (i == 0 ? "" : ", ") + scalar_text(value.as_array()[i]);
    }
    out += "]\n";
  } else if (value.is_object()) {
    out += "{}\n";
  } else {
    out += scalar_text(value) + "\n";
  }
}

}  // namespace

std::string to_yaml_text(const Value& value) {
  std::string out;
  emit(value, 0, out);
  return out;
}

Value to_document(const ResolvedPipeline& pipeline) {
  Value document;
  document.set("nnflow", kFormatVersion);
  document.set("name", pipeline.name);
  if (!pipeline.summary.empty()) document.set("summary", pipeline.summary);
  document.set("run", run_value(pipeline.run));
  Value stages{Value::Object{}};
  for (const ResolvedStage& stage : pipeline.stages) {
    stages.set(stage.id, escape_references(stage_value(pipeline, stage)));
  }
  document.set("stages", std::move(stages));
  if (!pipeline.exports.empty()) {
    Value exports;
    for (const Export& exported : pipeline.exports)
      exports.set(exported.name, reference(pipeline, exported.port));
    document.set("exports", std::move(exports));
  }
  return document;
}

std::string ResolvedPipeline::to_yaml() const {
  std::string text = "# The pipeline " + name + " as it was resolved";
  text += file.empty() ? "" : " from " + file.string();
  return text + ".\n" + to_yaml_text(document);
}

}  // namespace nnflow::runtime
