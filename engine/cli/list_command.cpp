// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <string>

#include "cli.hpp"
#include "common_options.hpp"
#include "nnflow/executor.hpp"
#include "pipeline_index.hpp"
#include "plugin/plugin_set.hpp"

namespace nnflow::cli {
namespace {

/// The executor that needs no plugin.
constexpr const char* kLocal = "local";
constexpr const char* kLocalSummary = "one element after the other, in this process";

Value json_list(const PipelineIndex& index, const runtime::PluginSet& plugins) {
  Value::Array pipelines;
  for (const PipelineEntry& entry : index.entries()) {
    const PipelineHead head = read_head(entry.file);
    Value item;
    item.set("name", entry.name);
    item.set("summary", head.summary);
    item.set("file", entry.file.string());
    Value::Array aliases;
    for (const std::string& alias : head.aliases) aliases.emplace_back(alias);
    item.set("aliases", Value(std::move(aliases)));
    pipelines.push_back(std::move(item));
  }
  Value::Array stages;
  Value local;
  local.set("interface", std::string(Executor::kInterface));
  local.set("id", kLocal);
  local.set("summary", kLocalSummary);
  Value::Array interfaces;
  interfaces.push_back(std::move(local));
  for (const auto& [name, manifest] : plugins.manifests()) {
    for (const StageDescription& stage : manifest.stages) {
      Value item;
      item.set("id", stage.id);
      item.set("shape", to_string(stage.shape));
      item.set("summary", stage.summary);
      item.set("plugin_version", manifest.plugin.version);
      stages.push_back(std::move(item));
    }
    for (const auto& implementation : manifest.interfaces) {
      Value item;
      item.set("interface", implementation.interface_id);
      item.set("id", implementation.id);
      item.set("summary", implementation.summary);
      interfaces.push_back(std::move(item));
    }
  }
  Value out;
  out.set("pipelines", Value(std::move(pipelines)));
  out.set("stages", Value(std::move(stages)));
  out.set("interfaces", Value(std::move(interfaces)));
  return out;
}

std::string text_list(const PipelineIndex& index, const runtime::PluginSet& plugins) {
  std::vector<HelpLine> lines;
  for (const PipelineEntry& entry : index.entries())
    lines.push_back({entry.name, read_head(entry.file).summary});
  std::string text = "pipelines:\n" + two_columns(lines);
  lines.clear();
  std::string local = kLocalSummary;
  local.append(" (").append(Executor::kInterface).append(")");
  std::vector<HelpLine> others{{kLocal, std::move(local)}};
  for (const auto& [name, manifest] : plugins.manifests()) {
    for (const StageDescription& stage : manifest.stages)
      lines.push_back({stage.id, stage.summary});
    for (const auto& implementation : manifest.interfaces) {
      others.push_back(
          {implementation.id, implementation.summary + " (" + implementation.interface_id + ")"});
    }
  }
  text += "\nstages:\n" + two_columns(lines);
  text += "\nimplementations of interfaces:\n";
  return text.append(two_columns(others));
}

}  // namespace

int list_command(const Words& words) {
  App app;
  QueryOptions query;
  query.add_to(app);
  parse_words(app, "list", words);
  if (query.help) {
    std::fputs(command_help("list").c_str(), stdout);
    return kOk;
  }
  const PipelineIndex index;
  const runtime::PluginSet plugins(runtime::PluginSet::default_search(query.plugin_dirs));
  for (const std::string& problem : plugins.problems())
    std::fprintf(stderr, "warning: %s\n", problem.c_str());
  const std::string text =
      query.json ? json_list(index, plugins).to_json() + "\n" : text_list(index, plugins);
  std::fputs(text.c_str(), stdout);
  return kOk;
}

}  // namespace nnflow::cli
