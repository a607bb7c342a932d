// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>
#include <utility>

#include <nnflow/error.hpp>

#include "graph.hpp"
#include "scalar.hpp"
#include "schema.hpp"

namespace nnflow::runtime {
namespace {

constexpr std::string_view kPipelinePrefix = "pipeline:";

/// Resolves one element of a foreach later, from data that it owns.
struct ForeachTemplate {
  std::filesystem::path file;
  Document outer;  ///< the using pipeline, for places in findings and for its overrides of stages
  std::string pointer;
  std::string id;
  Value params;
  RunSettings run;
  SearchPath search;
  const StageCatalog* catalog = nullptr;
  std::vector<std::filesystem::path> ancestors;

  [[nodiscard]] std::unique_ptr<ResolvedPipeline> try_resolve(const Element& element,
                                                              Findings& findings) const;
  [[nodiscard]] ResolvedPipeline resolve(const Element& element) const;
};

class Expander {
 public:
  Expander(Graph& graph, const RunSettings& run, PassContext& context)
      : graph_(graph), run_(run), context_(context) {}

  void expand(Scope& scope) {
    const std::vector<std::filesystem::path> around = std::exchange(open_, scope.unit->ancestors);
    open_.push_back(scope.unit->file);
    for (const auto& [id, yaml] : scope.unit->stages().as_object()) {
      Entry entry;
      entry.id = id;
      entry.pointer = child_pointer("/stages", id);
      entry.yaml = &yaml;
      entry.is_pipeline = yaml.find("use")->as_string().starts_with(kPipelinePrefix);
      entry.off = !is_on(scope, entry);
      if (!entry.is_pipeline) {
        add_stage(scope, entry);
      } else if (yaml.find("foreach") != nullptr) {
        add_foreach(scope, entry);
      } else {
        add_pipeline(scope, entry);
      }
      scope.entries.push_back(std::move(entry));
    }
    open_ = around;
  }

 private:
  static const Document& document(const Scope& scope) { return scope.unit->document; }

  void error(const Scope& scope,
             const std::string& pointer,
             std::string message,
             std::string note = {}) {
    context_.findings.push_back(
        document(scope).error_at(pointer, std::move(message), std::move(note)));
  }

  bool is_on(const Scope& scope, const Entry& entry) {
    const Value* when = entry.yaml->find("when");
    if (when == nullptr || when->is_null()) return true;
    if (when->is_bool()) return when->as_bool();
    if (scope.unit->is_template && has_each(*when)) return true;
    error(scope, entry.pointer + "/when", "expected true or false, got " + shown(*when));
    return true;
  }

  Node& add_node(Scope& scope, Entry& entry) {
    Node node;
    node.stage.id = scope.prefix + entry.id;
    node.stage.use = entry.yaml->find("use")->as_string();
    node.stage.on_error = run_.on_error;
    node.unit = scope.unit;
    node.pointer = entry.pointer;
    node.yaml = entry.yaml;
    node.off = entry.off;
    read_stage_settings(document(scope), entry.pointer, *entry.yaml, node.stage, context_.findings);
    entry.node = graph_.nodes.size();
    return graph_.nodes.emplace_back(std::move(node));
  }

  void add_stage(Scope& scope, Entry& entry) {
    Node& node = add_node(scope, entry);
    std::string why;
    node.stage.spec = context_.catalog.find(node.stage.use, why);
    if (node.stage.spec != nullptr) return;
    const std::vector<std::string> known = context_.catalog.stage_ids();
    error(scope, entry.pointer + "/use",
          "unknown stage \"" + node.stage.use + "\"" + suggestion(node.stage.use, known), why);
  }

  std::filesystem::path used_file(const Scope& scope, const Entry& entry) {
    std::filesystem::path file =
        entry.yaml->find("use")->as_string().substr(kPipelinePrefix.size());
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(file, ignored)) {
      error(scope, entry.pointer + "/use", "no such pipeline: " + file.string());
      return {};
    }
    if (std::find(open_.begin(), open_.end(), file) != open_.end()) {
      error(scope, entry.pointer + "/use", "the pipeline uses itself: " + file.string());
      return {};
    }
    return file;
  }

  UnitInput unit_input(const Scope& scope, const Entry& entry) const {
    UnitInput input;
    input.outer = &document(scope);
    input.pointer = entry.pointer;
    if (const Value* params = entry.yaml->find("params")) input.params = *params;
    input.is_template = scope.unit->is_template;
    input.ancestors = open_;
    return input;
  }

  std::shared_ptr<const Unit> load_inner(const std::filesystem::path& file,
                                         const UnitInput& input) {
    Findings own;
    auto unit = load_unit(file, shown_path(file), {}, context_.options.search, input, own);
    context_.findings.insert(context_.findings.end(), own.begin(), own.end());
    return unit;
  }

  void add_pipeline(Scope& scope, Entry& entry) {
    if (entry.off) return;
    for (const char* key : {"hints", "cache", "on_error"}) {
      if (entry.yaml->find(key) == nullptr) continue;
      error(scope, child_pointer(entry.pointer, std::string_view(key)),
            "a pipeline used as a stage has no " + std::string(key) + " of its own",
            "set it on one of its stages: stages: {NAME: {" + std::string(key) + ": ...}}");
    }
    const std::filesystem::path file = used_file(scope, entry);
    if (file.empty()) return;
    auto unit = load_inner(file, unit_input(scope, entry));
    if (unit == nullptr) return;
    entry.inner = std::make_unique<Scope>();
    entry.inner->unit = std::move(unit);
    entry.inner->prefix = scope.prefix + entry.id + "/";
    expand(*entry.inner);
  }

  void add_foreach(Scope& scope, Entry& entry) {
    Node& node = add_node(scope, entry);
    const std::filesystem::path file = used_file(scope, entry);
    if (file.empty()) return;
    node.stage.foreach.emplace();
    Foreach& foreach = *node.stage.foreach;
    foreach
      .pipeline = file.string();
    if (const Value* overrides = entry.yaml->find("stages"))
      foreach
        .overrides = *overrides;
    UnitInput input = unit_input(scope, entry);
    node.stage.params = input.params.is_null() ? Value(Value::Object{}) : input.params;
    auto element_template = std::make_shared<ForeachTemplate>(
        ForeachTemplate{file, document(scope), entry.pointer, entry.id, input.params, run_,
                        context_.options.search, &context_.catalog, input.ancestors});
    foreach
      .resolve = [element_template](const Element& element) {
        return element_template->resolve(element);
      };

    const Value& list = *entry.yaml->find("foreach");
    if (!list.is_string() && !has_each(list)) {
      foreach
        .elements =
            read_elements(document(scope), entry.pointer + "/foreach", list, context_.findings);
    }
    if (!foreach.elements || scope.unit->is_template) {
      check_template(file, std::move(input));
      return;
    }
    if (has_errors(context_.findings) || entry.off) return;
    for (const Element& element : *foreach.elements) {
      if (!check_element(scope, entry, *element_template, element)) break;
    }
  }

  /// The elements are not known yet: check the sub-pipeline with `${each.NAME}` left in place.
  void check_template(const std::filesystem::path& file, UnitInput input) {
    input.is_template = true;
    const auto unit = load_inner(file, input);
    if (unit == nullptr) return;
    Findings own;
    PassContext context{context_.catalog, context_.options, own};
    Graph inner;
    std::vector<ResolvedStage> stages;
    std::vector<Export> exports;
    expand_unit(unit, inner, run_, context);
    if (!has_errors(own)) check_params_pass(inner, context);
    if (!has_errors(own)) wire_pass(inner, stages, exports, context);
    for (const Finding& finding : own) {
      if (finding.severity == Severity::kError) context_.findings.push_back(finding);
    }
  }

  /// False after a finding: the other elements would say the same.
  bool check_element(const Scope& scope,
                     const Entry& entry,
                     const ForeachTemplate& element_template,
                     const Element& element) {
    std::set<std::string> unknown;
    static_cast<void>(substitute_each(element_template.params, element, unknown));
    for (const std::string& name : unknown) {
      error(scope, entry.pointer + "/params",
            "the elements of foreach have no \"" + name + "\", needed by ${each." + name + "}");
    }
    if (!unknown.empty()) return false;
    Findings own;
    static_cast<void>(element_template.try_resolve(element, own));
    for (Finding& finding : own) {
      if (finding.severity != Severity::kError) continue;
      finding.note += (finding.note.empty() ? "" : "; ") +
                      ("with the element " + element.id + " of " + scope.prefix) + entry.id;
      context_.findings.push_back(std::move(finding));
    }
    return !has_errors(own);
  }

  Graph& graph_;
  const RunSettings& run_;
  PassContext& context_;
  std::vector<std::filesystem::path> open_;
};

std::unique_ptr<ResolvedPipeline> ForeachTemplate::try_resolve(const Element& element,
                                                               Findings& findings) const {
  std::set<std::string> unknown;
  Document filled = outer;
  Value* stage = filled.root.find("stages")->find(id);
  if (Value* overrides = stage->find("stages"))
    *overrides = substitute_each(*overrides, element, unknown);
  UnitInput input;
  input.outer = &filled;
  input.pointer = pointer;
  input.params = substitute_each(params, element, unknown);
  input.ancestors = ancestors;
  for (const std::string& name : unknown) {
    findings.push_back(outer.error_at_key(pointer, "the element " + element.id +
                                                       " has no value \"" + name +
                                                       "\", needed by ${each." + name + "}"));
  }
  if (has_errors(findings)) return nullptr;
  ResolveOptions options;
  options.search = search;
  return resolve_used_pipeline(file, options, *catalog, input, run, findings);
}

ResolvedPipeline ForeachTemplate::resolve(const Element& element) const {
  Findings findings;
  auto pipeline = try_resolve(element, findings);
  if (pipeline == nullptr) throw Error(ErrorCode::kInvalidPipeline, format_findings(findings));
  return std::move(*pipeline);
}

}  // namespace

const Entry* Scope::find(std::string_view id) const {
  const auto match = std::find_if(entries.begin(), entries.end(),
                                  [id](const Entry& entry) { return entry.id == id; });
  return match == entries.end() ? nullptr : &*match;
}

std::vector<std::string> Scope::names() const {
  std::vector<std::string> names;
  for (const Entry& entry : entries) names.push_back(entry.id);
  return names;
}

void expand_unit(const std::shared_ptr<const Unit>& unit,
                 Graph& graph,
                 const RunSettings& run,
                 PassContext& context) {
  graph.root.unit = unit;
  Expander(graph, run, context).expand(graph.root);
}

}  // namespace nnflow::runtime
