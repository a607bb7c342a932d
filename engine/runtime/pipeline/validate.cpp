// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "validate.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include <nnflow/executor.hpp>

#include "graph.hpp"
#include "schema.hpp"

namespace nnflow::runtime {
namespace {

/// Passes 5 to 10 on a loaded file.
class Resolver {
 public:
  Resolver(std::shared_ptr<const Unit> unit, RunSettings run, PassContext context)
      : unit_(std::move(unit)), run_(run), context_(context) {}

  std::unique_ptr<ResolvedPipeline> resolve() {
    Graph graph;
    auto pipeline = std::make_unique<ResolvedPipeline>();
    expand_unit(unit_, graph, run_, context_);
    if (failed()) return nullptr;
    check_params_pass(graph, context_);
    if (failed()) return nullptr;
    wire_pass(graph, pipeline->stages, pipeline->exports, context_);
    if (failed()) return nullptr;
    check_resources_pass(graph, context_);
    if (failed() || !cut_at_until(*pipeline)) return nullptr;

    pipeline->phases = cut_phases(pipeline->stages);
    if (!context_.options.overrides.text) pipeline->file = unit_->file;
    pipeline->name = text("name", unit_->file.stem().string());
    pipeline->summary = text("summary", "");
    pipeline->run = run_;
    pipeline->vars = Value(Value::Object{});
    for (const auto& [name, value] : unit_->values) pipeline->vars.set(name, value);
    pipeline->document = to_document(*pipeline);
    return pipeline;
  }

 private:
  [[nodiscard]] bool failed() const { return has_errors(context_.findings); }

  [[nodiscard]] std::string text(std::string_view key, std::string fallback) const {
    const Value* value = unit_->document.root.find(key);
    return value != nullptr && value->is_string() ? value->as_string() : std::move(fallback);
  }

  bool cut_at_until(ResolvedPipeline& pipeline) {
    const std::string& until = context_.options.until;
    if (until.empty()) return true;
    if (const auto index = pipeline.find_stage(until)) {
      keep_ancestors(pipeline.stages, pipeline.exports, *index);
      return true;
    }
    std::vector<std::string> ids;
    for (const ResolvedStage& stage : pipeline.stages) ids.push_back(stage.id);
    context_.findings.push_back({"--until " + until, 0, 0, Severity::kError, "",
                                 "no stage \"" + until + "\"" + suggestion(until, ids), ""});
    return false;
  }

  std::shared_ptr<const Unit> unit_;
  RunSettings run_;
  PassContext context_;
};

}  // namespace

namespace {

/// A pipeline that is used twice says the same thing twice.
void drop_repeated(Findings& findings) {
  std::set<std::string> seen;
  std::erase_if(findings,
                [&seen](const Finding& f) { return !seen.insert(format_finding(f)).second; });
}

void check_executor(const Unit& unit,
                    const RunSettings& run,
                    const StageCatalog& catalog,
                    Findings& findings) {
  std::vector<std::string> known = catalog.implementations(Executor::kInterface);
  known.emplace(known.begin(), kLocalExecutor);
  if (std::find(known.begin(), known.end(), run.executor) != known.end()) return;
  std::string list;
  for (const std::string& name : known) list += (list.empty() ? "" : ", ") + name;
  const Value* const given = find_node(unit.document.root, "/run/executor");
  const bool is_map = given != nullptr && given->is_object();
  findings.push_back(unit.document.error_at(
      is_map ? "/run/executor/use" : "/run/executor",
      "unknown executor \"" + run.executor + "\"" + suggestion(run.executor, known),
      "there are " + list));
}

std::shared_ptr<const ResolvedPipeline> resolve_all(const std::filesystem::path& file,
                                                    const ResolveOptions& options,
                                                    const StageCatalog& catalog,
                                                    Findings& findings) {
  const std::string shown_as = options.shown_as.empty() ? file.string() : options.shown_as;
  UnitInput input;
  input.open_required = options.open_required;
  const auto unit = load_unit(file, shown_as, options.overrides, options.search, input, findings);
  if (unit == nullptr) return nullptr;
  RunSettings run = read_run(unit->document, findings);
  if (options.seed) run.seed = static_cast<std::uint64_t>(*options.seed);
  if (options.threads) run.threads = *options.threads;
  check_executor(*unit, run, catalog, findings);
  if (has_errors(findings)) return nullptr;
  return Resolver(unit, run, PassContext{catalog, options, findings}).resolve();
}

/// An element keeps the seed and the budgets of the run around it, and its own file's other
/// settings. Elements inside it run where it runs, unless its file says otherwise.
RunSettings element_settings(const RunSettings& around, const Unit& unit, Findings& findings) {
  RunSettings settings = around;
  const RunSettings own = read_run(unit.document, findings);
  settings.executor = own.executor;
  settings.executor_params = own.executor_params;
  const Value* block = unit.document.root.find("run");
  if (block == nullptr) return settings;
  if (block->find("record") != nullptr) settings.record = own.record;
  if (block->find("on_error") != nullptr) settings.on_error = own.on_error;
  if (block->find("in_flight") != nullptr) settings.in_flight = own.in_flight;
  return settings;
}

}  // namespace

std::shared_ptr<const ResolvedPipeline> resolve_pipeline(const std::filesystem::path& file,
                                                         const ResolveOptions& options,
                                                         const StageCatalog& catalog,
                                                         Findings& findings) {
  auto pipeline = resolve_all(file, options, catalog, findings);
  drop_repeated(findings);
  return pipeline;
}

std::unique_ptr<ResolvedPipeline> resolve_used_pipeline(const std::filesystem::path& file,
                                                        const ResolveOptions& options,
                                                        const StageCatalog& catalog,
                                                        const UnitInput& input,
                                                        const RunSettings& run,
                                                        Findings& findings) {
  const auto unit =
      load_unit(file, shown_path(file), options.overrides, options.search, input, findings);
  if (unit == nullptr) return nullptr;
  const RunSettings settings = element_settings(run, *unit, findings);
  check_executor(*unit, settings, catalog, findings);
  if (has_errors(findings)) return nullptr;
  return Resolver(unit, settings, PassContext{catalog, options, findings}).resolve();
}

std::optional<std::size_t> ResolvedPipeline::find_stage(std::string_view id) const {
  for (std::size_t i = 0; i < stages.size(); ++i) {
    if (stages[i].id == id) return i;
  }
  return std::nullopt;
}

}  // namespace nnflow::runtime
