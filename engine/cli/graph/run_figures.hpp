// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>

namespace nnflow::cli {

/// What one stage did in a run.
struct StageFigures {
  std::int64_t done = 0;
  std::int64_t kept = 0;
  std::int64_t failed = 0;
  double busy_seconds = 0;
  std::int64_t bytes_out = 0;
};
using RunFigures = std::map<std::string, StageFigures, std::less<>>;

/// The figures of `summary.json` in a run's folder, by stage. A foreach has the time and the bytes
/// of the runs of its elements, which lie in folders of its name. Throws Error(kIo) or
/// Error(kInvalidData) naming the file.
[[nodiscard]] RunFigures read_run_figures(const std::filesystem::path& run_dir);

/// "120 ms", "12.3 s", "4:05 min", "2:03 h"
[[nodiscard]] std::string duration_text(double seconds);
/// "512 B", "1.5 GiB"
[[nodiscard]] std::string bytes_text(std::int64_t bytes);

}  // namespace nnflow::cli
