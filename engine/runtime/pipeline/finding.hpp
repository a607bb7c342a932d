// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nnflow::runtime {

enum class Severity { kError, kWarning };

/// One thing that is wrong (or odd) in a pipeline, with the place where the user can repair it.
/// Line and column count from 1; 0 means that the place has none (a command-line flag, a whole
/// file).
struct Finding {
  std::string file;  ///< path as the user gave it, or the command-line word that caused the finding
  int line = 0;
  int column = 0;
  Severity severity = Severity::kError;
  std::string
      path;  ///< dotted path inside the document, "stages.resample.params.order"; may be empty
  std::string message;  ///< one sentence without a trailing point
  std::string note;     ///< where the rule comes from; may be empty
};

using Findings = std::vector<Finding>;

/// "FILE:LINE:COLUMN: error: PATH: MESSAGE", followed by "\n  note: NOTE" where there is a note.
[[nodiscard]] std::string format_finding(const Finding& finding);
/// All findings, one after the other, each ended by a newline.
[[nodiscard]] std::string format_findings(const Findings& findings);
[[nodiscard]] bool has_errors(const Findings& findings);

/// Number of single-character insertions, deletions, replacements and swaps of neighbours between
/// two words.
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

/// The candidate nearest to `word`, or "" when none is near enough to be a likely misspelling
/// (more than a third of the longer word differs).
[[nodiscard]] std::string nearest_name(std::string_view word,
                                       std::span<const std::string> candidates);

/// `; did you mean "NAME"?` for the nearest candidate, or "".
[[nodiscard]] std::string suggestion(std::string_view word,
                                     std::span<const std::string> candidates);

}  // namespace nnflow::runtime
