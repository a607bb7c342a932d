// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace nnflow::cli {

/// A pipeline that is a command.
struct PipelineEntry {
  std::string name;  ///< file name without .yaml
  std::filesystem::path file;
};

/// The pipelines on NNFLOW_PIPELINE_PATH, then those in `<prefix>/share/nnflow/pipelines` beside
/// the program. In each folder only the files at the top are commands. An earlier folder hides a
/// later one.
class PipelineIndex {
 public:
  PipelineIndex();

  [[nodiscard]] const std::vector<std::filesystem::path>& search() const { return search_; }
  [[nodiscard]] const std::vector<PipelineEntry>& entries() const { return entries_; }
  /// By name ("plan-x" and "plan_x" are one), else by an alias inside a file.
  [[nodiscard]] std::optional<PipelineEntry> find(const std::string& name) const;
  /// As find(), else a path to a file.
  [[nodiscard]] std::optional<PipelineEntry> find_or_file(const std::string& text) const;
  [[nodiscard]] std::vector<std::string> names() const;

 private:
  std::vector<std::filesystem::path> search_;
  std::vector<PipelineEntry> entries_;
};

/// Name, summary, doc and aliases of a pipeline file; empty where the file cannot be read.
struct PipelineHead {
  std::string summary;
  std::string doc;
  std::vector<std::string> aliases;
};
[[nodiscard]] PipelineHead read_head(const std::filesystem::path& file);

}  // namespace nnflow::cli
