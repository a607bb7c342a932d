// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <optional>
#include <string>

#include "call_counts.hpp"
#include "nnflow/value.hpp"

namespace nnflow::runtime {

/// What happened in one stage so far. Written by workers, read by the progress display.
struct StageCounters {
  std::string id;
  CallCounts calls;                      ///< items processed now
  std::atomic<std::uint64_t> kept{0};    ///< items whose result was there from an earlier run
  std::atomic<std::uint64_t> failed{0};  ///< items given up in this stage
  std::atomic<std::uint64_t> bypassed{
      0};                               ///< items given up, or without a value, before this stage
  std::atomic<std::uint64_t> total{0};  ///< expected items; 0 = unknown

  void set_progress(double done_units, double total_units, std::string_view text);
  struct Progress {
    double done = 0;
    double total = 0;
    std::string text;
  };
  [[nodiscard]] Progress progress() const;

 private:
  mutable std::mutex mutex_;
  Progress progress_;
};

/// Who is running in a run folder, by its `lock` file.
struct RunHolder {
  std::int64_t pid = 0;
  std::string host;
  int stop_signal = 0;  ///< asks the run to end in order; 0 = it takes none
};

/// The run that holds a run folder now; absent when none does. Throws Error(kIo) when there is no
/// such run folder.
[[nodiscard]] std::optional<RunHolder> run_holder(const std::filesystem::path& run_dir);

/// The files of a run: `events.jsonl`, `summary.json`, `pipeline.resolved.yaml`, `log.txt`.
/// Thread-safe.
class RunRecord {
 public:
  /// Creates the folder and takes its lock. Throws Error(kResource) when another run holds it,
  /// Error(kIo) when the folder cannot be written.
  explicit RunRecord(std::filesystem::path folder, int stop_signal = 0);
  ~RunRecord();
  RunRecord(const RunRecord&) = delete;
  RunRecord& operator=(const RunRecord&) = delete;

  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
  /// Appends one event; "time" (seconds since 1970) is added. A file that cannot be written any
  /// more ends with a whole line; `check` tells.
  void event(Value fields);
  void log_line(const std::string& line);
  /// Throws Error(kIo) if a line could not be written.
  void check() const;
  /// Writes a file of the run whole (temporary name, rename).
  void write_file(const std::string& name, std::string_view bytes) const;
  /// The counters of a stage, created at first use. References stay valid.
  StageCounters& counters(const std::string& stage);
  [[nodiscard]] const std::deque<StageCounters>& all_counters() const { return counters_; }

 private:
  /// A file that grows by whole lines.
  struct Lines {
    std::filesystem::path path;
    std::ofstream file;
    std::uintmax_t size = 0;
    std::string error;

    void open(const std::filesystem::path& where);
    void append(const std::string& text);
  };

  std::filesystem::path folder_;
  int lock_ = -1;
  mutable std::mutex mutex_;
  Lines events_;
  Lines log_;
  std::deque<StageCounters> counters_;
};

}  // namespace nnflow::runtime
