// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "graph.hpp"
#include "scalar.hpp"

namespace nnflow::runtime {
namespace {

std::string declared_by(const Node& node, const FieldSpec& field, const StageCatalog& catalog) {
  const std::string version = catalog.plugin_version(node.stage.use);
  std::string text = "declared by " + node.stage.use + (version.empty() ? "" : " " + version);
  if (!field.doc.empty()) text += " — " + field.doc;
  if (!field.unit.empty()) text += " [" + field.unit + "]";
  if (!field.required && !field.default_value.is_null()) {
    text += " (default " + shown(field.default_value) + ")";
  }
  return text;
}

void check_node(Node& node, PassContext& context) {
  const Document& document = node.unit->document;
  const std::string pointer = node.pointer + "/params";
  const std::vector<FieldSpec>& fields = node.stage.spec->params;
  const Value* given = node.yaml->find("params");
  std::vector<std::string> names;
  for (const FieldSpec& field : fields) names.push_back(field.name);

  Value params{Value::Object{}};
  if (given != nullptr && given->is_object()) {
    for (const auto& [name, value] : given->as_object()) {
      const std::string at = child_pointer(pointer, name);
      const auto field = std::find_if(fields.begin(), fields.end(),
                                      [&n = name](const FieldSpec& f) { return f.name == n; });
      if (field == fields.end()) {
        context.findings.push_back(document.error_at_key(
            at,
            "unknown parameter \"" + name + "\" of " + node.stage.use + suggestion(name, names)));
        continue;
      }
      if (value.is_null()) continue;  // not given: the default holds
      if (!(node.unit->is_template && has_each(value))) {
        if (const auto expected = check_field(*field, value)) {
          context.findings.push_back(
              document.error_at(at, "expected " + *expected + ", got " + shown(value),
                                declared_by(node, *field, context.catalog)));
        }
      }
      params.set(name, value);
    }
  }
  for (const FieldSpec& field : fields) {
    if (params.find(field.name) != nullptr) continue;
    if (field.required) {
      context.findings.push_back(document.error_at_key(
          node.pointer,
          "the parameter \"" + field.name + "\" of " + node.stage.use + " is required",
          declared_by(node, field, context.catalog)));
    } else if (!field.default_value.is_null()) {
      params.set(field.name, field.default_value);
    }
  }
  node.stage.params = std::move(params);
}

}  // namespace

void check_params_pass(Graph& graph, PassContext& context) {
  for (Node& node : graph.nodes) {
    if (node.stage.spec != nullptr) check_node(node, context);
  }
}

void check_resources_pass(const Graph& graph, PassContext& context) {
  for (const Node& node : graph.nodes) {
    if (node.off || node.stage.spec == nullptr) continue;
    const StageDescription& spec = *node.stage.spec;
    const Document& document = node.unit->document;
    if (spec.concurrency > 0 && node.stage.hints.concurrency > spec.concurrency) {
      context.findings.push_back(
          document.error_at(node.pointer + "/hints/concurrency",
                            "expected at most " + std::to_string(spec.concurrency) + ", got " +
                                std::to_string(node.stage.hints.concurrency),
                            node.stage.use + " declares that it processes " +
                                std::to_string(spec.concurrency) + " at once"));
    }
    if (!node.stage.cache) continue;
    std::string problem;
    if (spec.shape == StageShape::kSource) problem = "a source cannot be cached";
    if (spec.shape == StageShape::kGroup) problem = "a group cannot be cached";
    if (!spec.deterministic)
      problem = "the results of " + node.stage.use + " differ between runs and cannot be cached";
    if (problem.empty()) continue;
    context.findings.push_back(document.error_at(node.pointer + "/cache", problem));
  }
}

}  // namespace nnflow::runtime
