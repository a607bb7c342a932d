// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "document.hpp"

namespace nnflow::runtime {

/// A variable given on the command line, still text: `--folds 0 1`.
struct VarText {
  std::string name;
  std::vector<std::string> words;
  std::string origin;  ///< the flag as typed, for messages
};

/// What the user changes about a pipeline file. Precedence, lowest first: the file, `with`, `set`,
/// `vars`.
struct Overrides {
  std::vector<std::filesystem::path>
      with;                           ///< `--with FILE`: deep merge, lists replace, null deletes
  std::vector<std::string> set;       ///< `--set stages.crop.params.margin=1`: value parsed as YAML
  std::vector<VarText> vars;          ///< flags of a pipeline command
  std::optional<std::string> text{};  ///< of the pipeline, in place of what its file holds
};

/// Where pipelines are looked for besides the folder of the file that names them.
using SearchPath = std::vector<std::filesystem::path>;

/// Reads a pipeline file with its imports (first to last, each under the file that imports it) and
/// applies `with` and `set`. Relative `pipeline:` references become absolute. The name of an import
/// may hold variables that the file or an earlier import declares: `trainers/${trainer}.yaml`;
/// their values are those of `overrides`, then of `params` (of the stage that uses the pipeline),
/// then the defaults. An import cycle, an override that matches nothing and every problem of the
/// texts are findings. `shown_as` is the file's name in findings.
[[nodiscard]] Document compose(const std::filesystem::path& file,
                               const std::string& shown_as,
                               const Overrides& overrides,
                               const SearchPath& search,
                               Findings& findings,
                               const Value& params = {});

/// A path as short as it can be said from the current folder; how findings name files.
[[nodiscard]] std::string shown_path(const std::filesystem::path& file);

/// Deep-merges `stages` of a pipeline that is used as a stage; a stage that is not there is a
/// finding.
void apply_stage_overrides(Document& document,
                           const Document& outer,
                           const std::string& outer_pointer,
                           Findings& findings);

}  // namespace nnflow::runtime
