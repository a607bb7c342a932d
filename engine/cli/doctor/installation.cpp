// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// What is installed: the program, its plugins and pipelines.
#include <gnu/libc-version.h>
#include <spdlog/version.h>
#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <map>
#include <set>
#include <utility>

#include <CLI/Version.hpp>

#include <nnflow/error.hpp>

#include "cache/files.hpp"
#include "doctor/report.hpp"
#include "program.hpp"
#include "version.hpp"

extern char** environ;  // NOLINT(readability-redundant-declaration)

namespace nnflow::cli {
namespace {

namespace fs = std::filesystem;
using Level = Diagnosis::Level;

/// The names in `${env:NAME}` of a file, in order; those with a default (`:-`) are marked.
std::vector<std::pair<std::string, bool>> references(const fs::path& file) {
  constexpr std::string_view kOpen = "${env:";
  const std::string all = runtime::read_file(file).value_or("");
  std::vector<std::pair<std::string, bool>> names;
  for (std::size_t at = all.find(kOpen); at != std::string::npos; at = all.find(kOpen, at + 1)) {
    const std::size_t close = all.find('}', at);
    if (close == std::string::npos) break;
    const std::string inner = all.substr(at + kOpen.size(), close - at - kOpen.size());
    const std::size_t split = inner.find(":-");
    names.emplace_back(inner.substr(0, split), split != std::string::npos);
  }
  return names;
}

/// Whether a manifest file says what the library registers.
bool is_current(const runtime::Manifest& manifest, const runtime::LoadedPlugin& plugin) {
  const Value file = runtime::to_value(manifest);
  const Value live = runtime::to_value(runtime::make_manifest(plugin));
  for (const char* key : {"plugin", "version", "stages", "interfaces"}) {
    if (file.find(key)->canonical_json() != live.find(key)->canonical_json()) return false;
  }
  return true;
}

/// Lets an implementation of a plugin examine what it knows of.
void ask(const runtime::PluginSet& plugins, const std::string& id, Report& report) {
  try {
    const auto doctor = plugins.make<Diagnostician>(id, Value(Value::Object{}));
    for (Diagnosis& entry : doctor->examine()) report.push_back(std::move(entry));
  } catch (const std::exception& error) {
    report.push_back({"plugins", id, error.what(), Level::kProblem, ""});
  }
}

void add_path_variable(const std::string& name, Report& report) {
  const char* const value = std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe)
  report.push_back({"environment", name, value == nullptr ? "not set" : value, Level::kGood, ""});
}

}  // namespace

void examine_program(Report& report) {
  const Value info = runtime::version_info();
  for (const auto& [name, value] : info.as_object()) {
    report.push_back({"program", name == "version" ? "nnflow" : name,
                      value.is_string() ? value.as_string() : value.to_json(), Level::kGood, ""});
  }
  report.push_back({"program", "CLI11", CLI11_VERSION, Level::kGood, ""});
  report.push_back({"program", "spdlog",
                    std::to_string(SPDLOG_VER_MAJOR) + "." + std::to_string(SPDLOG_VER_MINOR) +
                        "." + std::to_string(SPDLOG_VER_PATCH),
                    Level::kGood, ""});
  report.push_back({"program", "glibc", gnu_get_libc_version(), Level::kGood, ""});
  const auto dot = find_program("dot");
  report.push_back({"program", "Graphviz", dot ? dot->string() : "no program dot in PATH",
                    dot ? Level::kGood : Level::kNote,
                    dot ? "" : "install the package graphviz for nnflow graph --out FILE.svg"});
}

void examine_search(const PipelineIndex& index, const runtime::PluginSet& plugins, Report& report) {
  std::error_code none;
  const auto add = [&](const std::string& group, const fs::path& folder, const std::string& what) {
    const bool there = fs::is_directory(folder, none);
    report.push_back({group, folder.string(), there ? what : "no such folder",
                      there ? Level::kGood : Level::kNote, ""});
  };
  for (const fs::path& folder : index.search()) {
    std::size_t count = 0;
    for (const PipelineEntry& entry : index.entries())
      count += entry.file.parent_path() == folder ? 1U : 0U;
    add("pipelines", folder, std::to_string(count) + " pipelines");
  }
  if (index.entries().empty()) {
    report.push_back({"pipelines", "", "none found", Level::kProblem,
                      "name folders with pipelines in NNFLOW_PIPELINE_PATH, or install nnflow "
                      "with its share folder beside bin"});
  }
  for (const fs::path& folder : plugins.search()) add("plugin folders", folder, "searched");
  if (plugins.manifests().empty()) {
    report.push_back({"plugin folders", "", "no plugin found", Level::kProblem,
                      "name folders with plugins in NNFLOW_PLUGIN_PATH or with --plugin-dir"});
  }
}

void examine_plugins(const runtime::PluginSet& plugins, Report& report) {
  constexpr const char* kAdvice = "build or install the plugin for this nnflow, or remove it";
  std::map<std::string, std::string> missing;
  std::set<std::string> unusable;
  for (const auto& [name, library] : plugins.external_libraries()) {
    const runtime::LibrarySearch search = runtime::locate(library);
    if (!search.folder) missing.emplace(name, library.title + " " + library.version);
    report.push_back({"libraries", library.title,
                      search.folder ? search.version + ", " + search.folder->string()
                                    : runtime::missing_text(library, search),
                      search.folder ? Level::kGood : Level::kProblem, ""});
  }
  for (const auto& [name, manifest] : plugins.manifests()) {
    const auto lacks = std::find_if(manifest.needs.begin(), manifest.needs.end(),
                                    [&](const auto& need) { return missing.contains(need); });
    if (lacks != manifest.needs.end()) {
      report.push_back({"plugins", name, "needs " + missing.at(*lacks) + ", which is missing",
                        Level::kProblem, ""});
      unusable.insert(name);
      continue;
    }
    try {
      const runtime::LoadedPlugin& plugin = plugins.open(name);
      std::string text = plugin.version + ", stages: " + std::to_string(plugin.stages.size());
      if (!plugin.interfaces.empty())
        text += ", implementations: " + std::to_string(plugin.interfaces.size());
      text += ", " + plugin.library.string();
      const bool current = is_current(manifest, plugin);
      if (!current) text += ", is not what its manifest says";
      report.push_back({"plugins", name, text, current ? Level::kGood : Level::kProblem,
                        current ? "" : "build the plugin again; that writes its manifest"});
    } catch (const Error& error) {
      report.push_back({"plugins", name, error.full_message(), Level::kProblem, kAdvice});
    }
  }
  for (const std::string& problem : plugins.problems())
    report.push_back({"plugins", "(unreadable)", problem, Level::kProblem, kAdvice});
  for (const auto& [name, manifest] : plugins.manifests()) {
    for (const runtime::Manifest::Interface& entry : manifest.interfaces) {
      if (entry.interface_id == Diagnostician::kInterface && !unusable.contains(name))
        ask(plugins, entry.id, report);
    }
  }
}

void examine_environment(const PipelineIndex& index, Report& report) {
  std::set<std::string> seen{"NNFLOW_PIPELINE_PATH", "NNFLOW_PLUGIN_PATH", "NNFLOW_CACHE"};
  for (const std::string& name : seen) add_path_variable(name, report);
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text(*entry);
    const std::string name = text.substr(0, text.find('='));
    if (name.starts_with("NNFLOW_") && seen.insert(name).second) add_path_variable(name, report);
  }
  for (const PipelineEntry& pipeline : index.entries()) {
    for (const auto& [name, has_default] : references(pipeline.file)) {
      if (!seen.insert(name).second) continue;
      const char* const value = std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe)
      const bool missing = value == nullptr && !has_default;
      report.push_back({"environment", name, value == nullptr ? "not set" : value,
                        missing ? Level::kNote : Level::kGood,
                        missing ? "needed by the pipeline " + pipeline.name : ""});
    }
  }
}

}  // namespace nnflow::cli
