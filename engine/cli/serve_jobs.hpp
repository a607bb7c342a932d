// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <istream>
#include <optional>
#include <string>
#include <vector>

#include <nnflow/value.hpp>

#include "pipeline/compose.hpp"
#include "pipeline/vars.hpp"

namespace nnflow::cli {

/// One line of the input: `{"id": 7, "out": "results", "steps": [1, 2]}`. Every key but `id` is a
/// variable of the pipeline.
struct Job {
  Value id;  ///< as given; null when there is none
  std::vector<runtime::VarText> vars;
  std::string problem;  ///< what is wrong with the line; the job is not run
};

/// Reads jobs line by line; empty lines are skipped.
class JobReader {
 public:
  JobReader(std::istream& in, const std::vector<runtime::VarSpec>& vars) : in_(in), vars_(vars) {}
  /// Waits for the next line; nothing at the end of the input.
  [[nodiscard]] std::optional<Job> next();

 private:
  /// False at the end; `line` is cut where it is too long, and `too_long` says so.
  bool read_line(std::string& line, bool& too_long);
  [[nodiscard]] Job read_job(const std::string& line) const;

  std::istream& in_;
  const std::vector<runtime::VarSpec>& vars_;
  std::uint64_t number_ = 0;
};

}  // namespace nnflow::cli
