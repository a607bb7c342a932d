// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <filesystem>
#include <map>
#include <string>

#include <nnflow/artifact.hpp>

#include "cache/files.hpp"
#include "cli.hpp"
#include "common_options.hpp"
#include "docs/reference.hpp"
#include "plugin/plugin_set.hpp"

namespace nnflow::cli {
namespace {

namespace fs = std::filesystem;
using Pages = std::map<std::string, std::string>;

/// One line for each page of the folder that is not what it should be.
std::string differences(const Pages& pages, const fs::path& folder) {
  std::string text;
  for (const auto& [name, page] : pages) {
    const auto there = runtime::read_file(folder / name);
    if (!there) {
      text += (folder / name).string() + ": error: missing\n";
    } else if (*there != page) {
      text += (folder / name).string() + ": error: not what the descriptions say\n";
    }
  }
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(folder, none)) {
    const std::string name = entry.path().filename().string();
    if (entry.path().extension() == ".md" && !pages.contains(name))
      text += entry.path().string() + ": error: no plugin of this name\n";
  }
  return text;
}

}  // namespace

std::vector<HelpLine> docs_options() {
  std::vector<HelpLine> lines{
      {"--out DIR", "write a page for each plugin and index.md to this folder"},
      {"--check DIR", "compare with the pages of this folder; exit code 1 if they differ"}};
  for (HelpLine& line : query_help()) lines.push_back(std::move(line));
  return lines;
}

int docs_command(const Words& words) {
  App app;
  QueryOptions query;
  fs::path out;
  fs::path check;
  app.add_option("--out", out);
  app.add_option("--check", check)->excludes("--out");
  query.add_to(app);
  parse_words(app, "docs", words);
  if (query.help) {
    std::fputs(command_help("docs", "Without --out and --check the pages are printed.\n").c_str(),
               stdout);
    return kOk;
  }
  const runtime::PluginSet plugins(runtime::PluginSet::default_search(query.plugin_dirs));
  for (const std::string& problem : plugins.problems())
    std::fprintf(stderr, "warning: %s\n", problem.c_str());
  const Pages pages = reference_pages(plugins);
  if (!check.empty()) {
    const std::string text = differences(pages, check);
    if (text.empty()) return kOk;
    std::fprintf(stderr, "%swrite them anew with nnflow docs --out %s\n", text.c_str(),
                 check.c_str());
    return kFindings;
  }
  if (!out.empty()) {
    for (const auto& [name, page] : pages) Artifact(out / name).write_and_commit(page);
    return kOk;
  }
  Value json;
  for (const auto& [name, page] : pages) {
    if (query.json) {
      json.set(name, page);
    } else {
      std::printf("%s\n", page.c_str());
    }
  }
  if (query.json) std::printf("%s\n", json.to_json().c_str());
  return kOk;
}

}  // namespace nnflow::cli
