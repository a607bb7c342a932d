// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline_index.hpp"

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "pipeline/yaml.hpp"

namespace nnflow::cli {
namespace {

namespace fs = std::filesystem;

std::string normal(std::string name) {
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

std::string text_of(const Value& root, std::string_view key) {
  const Value* value = root.find(key);
  return value != nullptr && value->is_string() ? value->as_string() : std::string();
}

}  // namespace

PipelineIndex::PipelineIndex() {
  if (const char* const path =
          std::getenv("NNFLOW_PIPELINE_PATH")) {  // NOLINT(concurrency-mt-unsafe)
    std::string_view rest(path);
    while (!rest.empty()) {
      const std::size_t colon = rest.find(':');
      if (colon != 0) search_.emplace_back(fs::absolute(rest.substr(0, colon)).lexically_normal());
      rest = colon == std::string_view::npos ? std::string_view{} : rest.substr(colon + 1);
    }
  }
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  if (!error)
    search_.push_back(program.parent_path().parent_path() / "share" / "nnflow" / "pipelines");
  for (const fs::path& folder : search_) {
    std::vector<PipelineEntry> here;
    for (const auto& entry : fs::directory_iterator(folder, error)) {
      if (entry.path().extension() != ".yaml") continue;
      here.push_back({entry.path().stem().string(), entry.path()});
    }
    std::sort(here.begin(), here.end(),
              [](const PipelineEntry& a, const PipelineEntry& b) { return a.name < b.name; });
    for (PipelineEntry& entry : here) {
      const bool hidden =
          std::any_of(entries_.begin(), entries_.end(),
                      [&entry](const PipelineEntry& e) { return e.name == entry.name; });
      if (!hidden) entries_.push_back(std::move(entry));
    }
  }
}

std::optional<PipelineEntry> PipelineIndex::find(const std::string& name) const {
  for (const PipelineEntry& entry : entries_) {
    if (normal(entry.name) == normal(name)) return entry;
  }
  for (const PipelineEntry& entry : entries_) {
    for (const std::string& alias : read_head(entry.file).aliases) {
      if (normal(alias) == normal(name)) return entry;
    }
  }
  return std::nullopt;
}

std::optional<PipelineEntry> PipelineIndex::find_or_file(const std::string& text) const {
  const bool is_path =
      text.find('/') != std::string::npos || text.ends_with(".yaml") || text.ends_with(".yml");
  if (!is_path) return find(text);
  return PipelineEntry{fs::path(text).stem().string(), fs::path(text)};
}

std::vector<std::string> PipelineIndex::names() const {
  std::vector<std::string> names;
  for (const PipelineEntry& entry : entries_) names.push_back(entry.name);
  return names;
}

PipelineHead read_head(const fs::path& file) {
  PipelineHead head;
  runtime::Findings findings;
  const Value root = runtime::load_yaml(file, file.string(), findings).root;
  head.summary = text_of(root, "summary");
  head.doc = text_of(root, "doc");
  const Value* aliases = root.find("aliases");
  if (aliases == nullptr || !aliases->is_array()) return head;
  for (const Value& alias : aliases->as_array()) {
    if (alias.is_string()) head.aliases.push_back(alias.as_string());
  }
  return head;
}

}  // namespace nnflow::cli
