// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace nnflow {

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

}  // namespace nnflow
