// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "nnflow/context.hpp"
#include "nnflow/payload.hpp"
#include "pipeline/resolved.hpp"

namespace nnflow::runtime {

class PluginSet;
class Trace;

/// Asks a run to end. Shared between a run, its sub-pipelines and a signal handler (both members
/// are lock-free).
struct StopFlags {
  std::atomic<bool> cancel{false};  ///< tear down now; finished items are kept
  std::atomic<bool> stop{false};    ///< finish units (an epoch), write what is due, end
};

/// How progress is shown.
enum class ProgressStyle { kNone, kLines, kBars };

struct RunOptions {
  std::filesystem::path run_dir;            ///< record and ledgers
  std::filesystem::path cache_dir;          ///< results of stages with `cache: true`; empty = the
                                            ///< user's, see CacheStore::default_root
  std::optional<std::int64_t> cache_limit;  ///< bytes; absent = CacheStore::default_limit
  std::string title;  ///< before the stages in progress lines; empty = the pipeline
  /// Stages that ignore earlier results, and with them all that depends on them. Inside a foreach
  /// "STAGE/INNER" (every element) or "STAGE/ELEMENT/INNER"; "STAGE" or "*" is all of it.
  std::vector<std::string> force;
  std::string until;  ///< stop after the phase of this stage; empty = run all
  ProgressStyle progress = ProgressStyle::kNone;
  std::shared_ptr<Trace> trace;  ///< of the run around this one; null = a trace of its own
  int stop_signal =
      0;  ///< a signal that sets `flags->stop`; noted in the run folder's lock; 0 = none
  StopFlags* flags = nullptr;                             ///< null: the run cannot be interrupted
  std::function<void(LogLevel, const std::string&)> log;  ///< messages of stages and of the engine
};

enum class RunStatus { kOk, kItemsSkipped, kFailed, kInterrupted };

struct RunResult {
  RunStatus status = RunStatus::kOk;
  ErrorCode code = ErrorCode::kInternal;   ///< of `error`
  std::string error;                       ///< with context, when failed or interrupted
  std::vector<std::string> skipped;        ///< "stage X: item Y: reason"
  std::map<std::string, Payload> exports;  ///< once values by exported name
  /// 0 ok, 3 failed, 4 some items skipped, 130 interrupted.
  [[nodiscard]] int exit_code() const;
};

/// Runs a validated pipeline. Errors of stages do not throw: they are in the result. Throws Error
/// only when the run could not start (run folder in use, a plugin that cannot be opened, parameters
/// that a stage refuses).
[[nodiscard]] RunResult run_pipeline(const ResolvedPipeline& pipeline,
                                     PluginSet& plugins,
                                     const RunOptions& options);

}  // namespace nnflow::runtime
