// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <string>

#include "cli.hpp"
#include "common_options.hpp"
#include "docs/reference.hpp"
#include "pipeline/compose.hpp"
#include "pipeline/finding.hpp"
#include "pipeline_help.hpp"
#include "pipeline_index.hpp"
#include "plugin/manifest.hpp"
#include "plugin/plugin_set.hpp"

namespace nnflow::cli {
namespace {

std::string field_text(const FieldSpec& field) {
  std::string text = field.doc;
  if (!field.unit.empty()) text += " [" + field.unit + "]";
  if (const std::string range = range_text(field); !range.empty()) text += " (" + range + ")";
  if (!field.choices.empty()) text += " {" + choices_text(field) + "}";
  if (field.required) {
    text += " (required)";
  } else if (!field.default_value.is_null()) {
    text += " (default " + field.default_value.to_json() + ")";
  }
  return text;
}

std::string ports_text(const std::vector<PortSpec>& ports) {
  std::vector<HelpLine> lines;
  for (const PortSpec& port : ports) {
    std::string right =
        port.doc + " (" + port.payload + ", " + (port.once ? "once per run" : "per item");
    right += port.optional ? ", optional)" : ")";
    lines.push_back({port.name, std::move(right)});
  }
  return two_columns(lines);
}

std::string stage_text(const StageDescription& stage, const std::string& version) {
  std::string text =
      stage.id + (version.empty() ? "" : " " + version) + ": " + stage.summary + "\n";
  text += "\nshape: " + std::string(to_string(stage.shape));
  if (stage.concurrency > 0) text += ", at most " + std::to_string(stage.concurrency) + " at once";
  if (stage.order_free) text += ", takes items in any order";
  if (!stage.deterministic) text += ", results differ between runs";
  for (const auto& [resource, count] : stage.resources) {
    text += ", uses " + std::to_string(count) + " of " + resource;
  }
  if (!stage.memory_hint.empty()) text += ", memory " + stage.memory_hint;
  text += "\n";
  if (!stage.doc.empty()) text += "\n" + stage.doc + (stage.doc.back() == '\n' ? "" : "\n");
  if (!stage.inputs.empty()) text += "\ninputs:\n" + ports_text(stage.inputs);
  if (!stage.outputs.empty()) text += "\noutputs:\n" + ports_text(stage.outputs);
  if (stage.params.empty()) return text;
  std::vector<HelpLine> lines;
  for (const FieldSpec& field : stage.params)
    lines.push_back({field.name + ": " + field.type, field_text(field)});
  return text + "\nparams:\n" + two_columns(lines);
}

int describe_pipeline(const PipelineEntry& entry, const PipelineIndex& index, bool json) {
  runtime::Findings findings;
  const auto document =
      runtime::compose(entry.file, runtime::shown_path(entry.file), {}, index.search(), findings);
  std::vector<runtime::VarSpec> vars;
  if (!runtime::has_errors(findings)) vars = runtime::read_vars(document, findings);
  if (runtime::has_errors(findings)) {
    std::fputs(runtime::format_findings(findings).c_str(), stderr);
    return kFindings;
  }
  const PipelineHead head = read_head(entry.file);
  if (json) {
    std::printf("%s\n", pipeline_value(entry.name, entry.file, head, vars).to_json().c_str());
    return kOk;
  }
  std::vector<HelpLine> lines;
  if (const Value* stages = document.root.find("stages");
      stages != nullptr && stages->is_object()) {
    for (const auto& [id, stage] : stages->as_object()) {
      const Value* use = stage.find("use");
      const Value* doc = stage.find("doc");
      std::string right = use != nullptr && use->is_string() ? use->as_string() : "";
      if (doc != nullptr && doc->is_string()) right += ": " + doc->as_string();
      lines.push_back({id, std::move(right)});
    }
  }
  std::printf("%s\nstages:\n%s", pipeline_help(entry.name, entry.file, head, vars).c_str(),
              two_columns(lines).c_str());
  return kOk;
}

}  // namespace

int describe_command(const Words& words) {
  App app;
  std::vector<std::string> targets;
  QueryOptions query;
  app.add_option("name", targets);
  query.add_to(app);
  parse_words(app, "describe", words);
  if (query.help) {
    std::fputs(command_help("describe").c_str(), stdout);
    return kOk;
  }
  if (targets.size() != 1) throw UsageError("describe", "expected one stage or pipeline");
  const runtime::PluginSet plugins(runtime::PluginSet::default_search(query.plugin_dirs));
  std::string why;
  if (const auto stage = plugins.find(targets[0], why)) {
    if (query.json) {
      std::printf("%s\n", runtime::to_value(*stage).to_json().c_str());
    } else {
      std::fputs(stage_text(*stage, plugins.plugin_version(targets[0])).c_str(), stdout);
    }
    return kOk;
  }
  const PipelineIndex index;
  if (const auto entry = index.find_or_file(targets[0]))
    return describe_pipeline(*entry, index, query.json);
  std::vector<std::string> known = plugins.stage_ids();
  for (const std::string& name : index.names()) known.push_back(name);
  throw UsageError("describe", "no stage or pipeline \"" + targets[0] + "\"" +
                                   runtime::suggestion(targets[0], known));
}

}  // namespace nnflow::cli
