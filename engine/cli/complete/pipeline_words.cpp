// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "complete/pipeline_words.hpp"

#include <algorithm>
#include <string_view>

#include "pipeline/compose.hpp"
#include "pipeline/schema.hpp"
#include "pipeline/validate.hpp"
#include "var_options.hpp"

namespace nnflow::cli {
namespace {

constexpr std::string_view kPipelinePrefix = "pipeline:";

/// Names of the parameters that a stage of the file takes.
Words param_names(const std::string& use,
                  const std::vector<std::filesystem::path>& search,
                  const runtime::PluginSet& plugins) {
  Words names;
  if (use.starts_with(kPipelinePrefix)) {
    const std::filesystem::path file = use.substr(kPipelinePrefix.size());
    runtime::Findings ignored;
    const auto document = runtime::compose(file, file.string(), {}, search, ignored);
    for (const runtime::VarSpec& spec : runtime::read_vars(document, ignored))
      names.push_back(spec.name);
  } else if (const StageDescription* stage = plugins.describe(use)) {
    for (const FieldSpec& field : stage->params) names.push_back(field.name);
  }
  return names;
}

}  // namespace

PipelineWords::PipelineWords(const PipelineEntry& entry,
                             const PipelineIndex& index,
                             const std::vector<std::filesystem::path>& plugin_dirs)
    : file_(entry.file), search_(index.search()), plugin_dirs_(plugin_dirs) {
  runtime::Findings ignored;
  document_ = runtime::compose(file_, file_.string(), {}, search_, ignored);
  vars_ = runtime::read_vars(document_, ignored);
}

Words PipelineWords::choices(const Words& flags) const {
  Words words;
  for (const runtime::VarSpec& spec : vars_) {
    const Words own = var_flags(spec).takes_words;
    if (std::find_first_of(own.begin(), own.end(), flags.begin(), flags.end()) == own.end())
      continue;
    for (const Value& choice : spec.choices)
      words.push_back(choice.is_string() ? choice.as_string() : choice.to_json());
  }
  return words;
}

Words PipelineWords::stage_ids() const {
  runtime::ResolveOptions options;
  options.search = search_;
  options.open_required = true;
  const runtime::PluginSet plugins(runtime::PluginSet::default_search(plugin_dirs_));
  runtime::Findings ignored;
  Words ids;
  if (const auto pipeline = runtime::resolve_pipeline(file_, options, plugins, ignored)) {
    for (const runtime::ResolvedStage& stage : pipeline->stages) ids.push_back(stage.id);
  }
  return ids;
}

Words PipelineWords::set_paths() const {
  Words paths;
  for (const runtime::VarSpec& spec : vars_) paths.push_back("vars." + spec.name + "=");
  for (const std::string& key : runtime::run_keys()) paths.push_back("run." + key + "=");
  const Value* stages = document_.root.find("stages");
  if (stages == nullptr || !stages->is_object()) return paths;
  const runtime::PluginSet plugins(runtime::PluginSet::default_search(plugin_dirs_));
  for (const auto& [id, stage] : stages->as_object()) {
    const Value* use = stage.find("use");
    if (use == nullptr || !use->is_string()) continue;
    for (const std::string& name : param_names(use->as_string(), search_, plugins))
      paths.push_back("stages." + id + ".params." + name + "=");
  }
  return paths;
}

}  // namespace nnflow::cli
