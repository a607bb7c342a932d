// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <vector>

#include "cli.hpp"
#include "pipeline/document.hpp"
#include "pipeline/vars.hpp"
#include "pipeline_index.hpp"
#include "plugin/plugin_set.hpp"

namespace nnflow::cli {

/// What can be said about a pipeline on a command line. A file that cannot be read has no words.
class PipelineWords {
 public:
  PipelineWords(const PipelineEntry& entry,
                const PipelineIndex& index,
                const std::vector<std::filesystem::path>& plugin_dirs);

  [[nodiscard]] const std::vector<runtime::VarSpec>& vars() const { return vars_; }
  /// Values of the variable that has one of these flags.
  [[nodiscard]] Words choices(const Words& flags) const;
  /// Ids as --until and --force take them.
  [[nodiscard]] Words stage_ids() const;
  /// What --set can change: "vars.NAME=", "run.KEY=", "stages.NAME.params.KEY=".
  [[nodiscard]] Words set_paths() const;

 private:
  std::filesystem::path file_;
  std::vector<std::filesystem::path> search_;
  std::vector<std::filesystem::path> plugin_dirs_;
  runtime::Document document_;
  std::vector<runtime::VarSpec> vars_;
};

}  // namespace nnflow::cli
