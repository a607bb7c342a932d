// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cache/ledger.hpp"
#include "cache/store.hpp"
#include "nnflow/error.hpp"
#include "pipeline/resolved.hpp"
#include "plugin/plugin_set.hpp"
#include "record/call_clock.hpp"
#include "record/run_record.hpp"
#include "record/temporaries.hpp"
#include "run.hpp"

namespace nnflow::runtime {

/// A once value with the digest that stands for it in keys (empty = what depends on it cannot be
/// cached).
struct OnceValue {
  Payload payload;
  std::string digest;
};

/// A stage of the pipeline, alive: made once per run.
struct LiveStage {
  const ResolvedStage* resolved = nullptr;
  const StageSpec* spec = nullptr;  ///< null for a foreach
  std::unique_ptr<Stage> stage;     ///< null for a foreach
  const MapStage* map = nullptr;    ///< `stage` by its shape, and so on; null for other shapes
  GroupStage* group = nullptr;
  ReduceStage* reduce = nullptr;
  Value params;            ///< with defaults filled in
  std::string params_key;  ///< the same as canonical JSON
  StageCounters* counters = nullptr;
  /// By output, the type that came last and was the declared one.
  std::unique_ptr<std::atomic<const PayloadType*>[]> emitted;
  bool ended = false;  ///< all its items, or its one call, are through
  std::string traced;  ///< its name in a trace, with that of the run around it
};

/// Parameters as a stage sees them: defaults, replaced by what the pipeline gives.
[[nodiscard]] Value full_params(const StageDescription& description, const Value& given);

/// Whether a list of forced stages names this one, or all ("*").
[[nodiscard]] bool is_forced(const std::vector<std::string>& force, const std::string& stage);

/// Everything that the phases of one run share. Members below the mutex are guarded by it.
class RunState {
 public:
  RunState(const ResolvedPipeline& pipeline,
           PluginSet& plugins,
           const RunOptions& options,
           RunRecord& record);

  const ResolvedPipeline& pipeline;
  PluginSet& plugins;
  const RunOptions& options;
  RunRecord& record;
  Temporaries temporaries;
  CacheStore cache;
  std::atomic<bool> cache_failed{false};  ///< an entry could not be stored
  ArtifactLedger ledger;
  CallClock clock;
  int threads;
  std::int64_t memory;
  std::vector<LiveStage> stages;
  /// By (stage index, output port). Written between phases only.
  std::map<std::pair<std::size_t, std::string>, OnceValue> once;

  [[nodiscard]] bool cancelled() const {
    return failed_.load(std::memory_order_relaxed) ||
           (options.flags != nullptr && options.flags->cancel.load(std::memory_order_relaxed));
  }
  [[nodiscard]] bool stop_requested() const {
    return options.flags != nullptr && options.flags->stop.load(std::memory_order_relaxed);
  }
  [[nodiscard]] bool failed() const { return failed_; }
  /// Keeps the first failure and makes everything end.
  void fail(Error error);
  [[nodiscard]] std::optional<Error> failure() const;
  /// An item was given up under `on_error: skip_item`.
  void skip(const std::string& stage, const std::string& item, const std::string& reason);
  [[nodiscard]] std::vector<std::string> skipped() const;
  void log(LogLevel level,
           const std::string& stage,
           const std::string& item,
           std::string_view text);

  /// The once value feeding an input port of a stage; null when the port is unfed or has no value.
  [[nodiscard]] const OnceValue* once_input(std::size_t stage, std::string_view port) const;
  [[nodiscard]] bool forced(const std::string& stage) const;
  /// Whether the stage or one whose items it takes is forced.
  [[nodiscard]] bool forced_upstream(std::size_t stage) const;
  /// Context::upstream of the stage.
  [[nodiscard]] Value upstream(std::size_t stage) const;

 private:
  std::atomic<bool> failed_{false};
  mutable std::mutex mutex_;
  std::optional<Error> failure_;
  std::vector<std::string> skipped_;
};

/// Turns any exception of a stage into an Error with stage, item and elapsed time in its context.
/// Call in a catch block.
[[nodiscard]] Error current_error(const std::string& stage, const std::string& item);

/// An unusable parameter of a stage, or a file that it cannot read, with the stage's `doc` as a
/// note: a pipeline can name the flags there, a stage cannot. Other errors stay as they are.
[[nodiscard]] Error with_note(const Error& error, const ResolvedStage& stage);

}  // namespace nnflow::runtime
