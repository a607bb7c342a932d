// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "progress_report.hpp"

#include <chrono>
#include <utility>

namespace nnflow::runtime {

ProgressReport::ProgressReport(Tell tell, std::string run, std::vector<const StageCounters*> stages)
    : tell_(std::move(tell)), run_(std::move(run)), stages_(std::move(stages)) {
  if (tell_) thread_ = std::thread([this] { loop(); });
}

ProgressReport::~ProgressReport() {
  if (!thread_.joinable()) return;
  {
    const std::scoped_lock lock(mutex_);
    ending_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void ProgressReport::loop() {
  constexpr std::chrono::milliseconds kInterval{200};
  for (bool last = false; !last;) {
    {
      std::unique_lock lock(mutex_);
      last = wake_.wait_for(lock, kInterval, [this] { return ending_; });
    }
    tell_(now());
  }
}

std::vector<StageProgress> ProgressReport::now() const {
  std::vector<StageProgress> progress;
  for (const StageCounters* const stage : stages_) {
    progress.push_back({run_, stage->id, stage->calls.sum().done, stage->kept, stage->failed,
                        stage->total, stage->progress().text});
  }
  return progress;
}

}  // namespace nnflow::runtime
