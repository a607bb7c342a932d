// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "run.hpp"
#include "run_record.hpp"

namespace nnflow::runtime {

/// Shows how far the stages of a phase are, on standard error: redrawn bars with rate and time
/// left, or a plain line now and then. Shows until destroyed.
class ProgressDisplay {
 public:
  ProgressDisplay(ProgressStyle style, std::string title, std::vector<const StageCounters*> stages);
  ~ProgressDisplay();
  ProgressDisplay(const ProgressDisplay&) = delete;
  ProgressDisplay& operator=(const ProgressDisplay&) = delete;

 private:
  void loop();
  void draw_bars();
  void print_lines();

  ProgressStyle style_;
  std::string title_;
  std::vector<const StageCounters*> stages_;
  std::vector<std::string> printed_;
  std::chrono::steady_clock::time_point started_;
  std::size_t drawn_lines_ = 0;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool ending_ = false;
  std::thread thread_;
};

/// One line about a stage: "preprocess: crop  12/40  3.1/s  9 s left". `seconds` since the phase
/// began.
[[nodiscard]] std::string progress_line(const StageCounters& stage, double seconds);

}  // namespace nnflow::runtime
