// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "nnflow/runtime/run.hpp"
#include "run_record.hpp"

namespace nnflow::runtime {

/// Tells a function now and then, and at the end, how far the stages of a phase are. Tells until
/// destroyed; without a function it does nothing.
class ProgressReport {
 public:
  using Tell = std::function<void(const std::vector<StageProgress>&)>;

  ProgressReport(Tell tell, std::string run, std::vector<const StageCounters*> stages);
  ~ProgressReport();
  ProgressReport(const ProgressReport&) = delete;
  ProgressReport& operator=(const ProgressReport&) = delete;

 private:
  void loop();
  [[nodiscard]] std::vector<StageProgress> now() const;

  const Tell tell_;
  const std::string run_;
  const std::vector<const StageCounters*> stages_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace nnflow::runtime
