// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

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
#include "nnflow/runtime/run.hpp"
#include "pipeline/resolved.hpp"

namespace nnflow::runtime {

class Channel;
class PluginSet;
class Trace;

using nnflow::RunResult;
using nnflow::RunStatus;
using nnflow::StageProgress;
using nnflow::StopFlags;

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
  std::function<void(const std::vector<StageProgress>&)> on_progress;  ///< now and then
  /// Ends of the stages that the program feeds or collects from, by stage id.
  std::map<std::string, std::shared_ptr<Channel>> channels;
};

/// Runs a validated pipeline. Errors of stages do not throw: they are in the result. Throws Error
/// only when the run could not start (run folder in use, a plugin that cannot be opened, parameters
/// that a stage refuses).
[[nodiscard]] RunResult run_pipeline(const ResolvedPipeline& pipeline,
                                     PluginSet& plugins,
                                     const RunOptions& options);

}  // namespace nnflow::runtime
