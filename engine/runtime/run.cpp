// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0

#include "run.hpp"

#include <tbb/global_control.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <chrono>

#include "cache/key.hpp"
#include "exec/budget.hpp"
#include "exec/graph.hpp"
#include "exec/run_state.hpp"
#include "exec/stream_plan.hpp"
#include "foreach/foreach_run.hpp"
#include "program/end_stages.hpp"
#include "record/progress.hpp"
#include "record/progress_report.hpp"
#include "record/provenance.hpp"
#include "record/trace.hpp"
#include "version.hpp"

namespace nnflow::runtime {
namespace {

/// One run of one pipeline; sub-pipelines of a foreach are runs of their own inside it.
class Run {
 public:
  Run(const ResolvedPipeline& pipeline, PluginSet& plugins, const RunOptions& options)
      : pipeline_(pipeline),
        options_(with_trace(pipeline, options)),
        owns_trace_(options.trace == nullptr && options_.trace != nullptr),
        record_(options.run_dir, options.stop_signal),
        state_(pipeline, plugins, options_, record_),
        executor_(make_executor(pipeline, plugins)) {
    for (const LiveStage& live : state_.stages) {
      auto* const end = dynamic_cast<ProgramStage*>(live.stage.get());
      if (end == nullptr) continue;
      const auto channel = options_.channels.find(live.resolved->id);
      end->bind(channel == options_.channels.end() ? nullptr : channel->second);
    }
  }

  RunResult execute() {
    const auto started = std::chrono::steady_clock::now();
    record_.write_file("pipeline.resolved.yaml", pipeline_.to_yaml());
    Value begin;
    begin.set("event", "run_start");
    begin.set("pipeline", pipeline_.name);
    begin.set("seed", static_cast<std::int64_t>(pipeline_.run.seed));
    begin.set("threads", state_.threads);
    record_.event(std::move(begin));
    for (std::size_t i = 0; i < pipeline_.phases.size() && !ended(); ++i) {
      run_phase(pipeline_.phases[i]);
      if (reached_until(pipeline_.phases[i])) break;
    }
    state_.cache.settle();
    RunResult result = collect();
    try {
      state_.temporaries.sync();
      summarise(result,
                std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count());
      record_.check();
    } catch (const Error&) {
      if (result.error.empty()) throw;  // what made the run fail says more
    }
    return result;
  }

 private:
  static RunOptions with_trace(const ResolvedPipeline& pipeline, RunOptions options) {
    if (options.trace == nullptr && pipeline.run.record == RecordDetail::kItems)
      options.trace = std::make_shared<Trace>();
    return options;
  }

  [[nodiscard]] bool ended() const { return state_.cancelled(); }

  [[nodiscard]] bool reached_until(const Phase& phase) const {
    if (options_.until.empty()) return false;
    const auto matches = [this](std::size_t i) { return pipeline_.stages[i].id == options_.until; };
    return std::any_of(phase.once.begin(), phase.once.end(), matches) ||
           std::any_of(phase.stream.begin(), phase.stream.end(), matches);
  }

  [[nodiscard]] const std::string& title() const {
    return options_.title.empty() ? pipeline_.name : options_.title;
  }

  void run_phase(const Phase& phase) {
    for (const std::size_t index : phase.once) {
      if (ended()) return;
      if (state_.stop_requested()) {
        state_.fail(Error(ErrorCode::kCancelled, "stopped on request"));
        return;
      }
      if (pipeline_.stages[index].foreach) {
        run_foreach(state_, index, *executor_, title());
      } else {
        finish(index);
      }
    }
    if (phase.stream.empty() || ended()) return;
    std::vector<const StageCounters*> shown;
    for (const std::size_t index : phase.stream) shown.push_back(state_.stages[index].counters);
    {
      const ProgressReport report(options_.on_progress, title(), shown);
      const ProgressDisplay display(options_.progress, title(), std::move(shown));
      try {
        StreamPlan plan = plan_stream(state_, phase);
        run_stream(state_, plan);
        state_.temporaries.sync();
      } catch (const Error& error) {
        state_.fail(error);
      } catch (const std::exception&) {
        state_.fail(current_error({}, {}));
      }
    }
    for (const std::size_t index : phase.stream) {
      if (ended()) return;
      if (state_.stages[index].spec->description.shape == StageShape::kReduce) {
        finish(index);
      } else {
        state_.stages[index].ended = true;
      }
    }
  }

  void finish(std::size_t index) {
    const LiveStage& live = state_.stages[index];
    const auto started = std::chrono::steady_clock::now();
    Outputs outputs;
    StageContext ctx(state_, index, state_.threads, nullptr, outputs);
    try {
      dynamic_cast<ReduceStage&>(*live.stage).finish(ctx);
    } catch (...) {
      state_.fail(with_note(current_error(live.resolved->id, {}), *live.resolved));
      return;
    }
    state_.stages[index].ended = true;
    const auto& ports = live.spec->description.outputs;
    for (std::size_t i = 0; i < ports.size(); ++i) {
      if (outputs[i].empty()) continue;
      std::string key = digest(outputs[i]);
      state_.once[{index, ports[i].name}] = {std::move(outputs[i]), std::move(key)};
    }
    if (options_.trace != nullptr) options_.trace->add(live.traced, "", started, 0);
    Value event;
    event.set("event", "finish");
    event.set("stage", live.resolved->id);
    ctx.list_artifacts(event);
    event.set("seconds",
              std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count());
    record_.event(std::move(event));
  }

  RunResult collect() {
    RunResult result;
    result.skipped = state_.skipped();
    if (const auto failure = state_.failure()) {
      result.status =
          failure->code() == ErrorCode::kCancelled ? RunStatus::kInterrupted : RunStatus::kFailed;
      result.code = failure->code();
      result.error = failure->full_message();
    } else if (state_.cancelled()) {
      result.status = RunStatus::kInterrupted;
      result.code = ErrorCode::kCancelled;
      result.error = "interrupted; finished items are kept, the same command goes on from there";
    } else if (!result.skipped.empty()) {
      result.status = RunStatus::kItemsSkipped;
    }
    for (const Export& entry : pipeline_.exports) {
      const auto value = state_.once.find({entry.port.stage, entry.port.port});
      if (value != state_.once.end()) result.exports[entry.name] = value->second.payload;
    }
    return result;
  }

  void summarise(const RunResult& result, double seconds) {
    Value summary;
    summary.set("pipeline", pipeline_.name);
    summary.set("status", to_string(result.status));
    if (!result.error.empty()) {
      summary.set("error", result.error);
      summary.set("code", to_string(result.code));
    }
    summary.set("seconds", seconds);
    summary.set("seed", static_cast<std::int64_t>(pipeline_.run.seed));
    summary.set("threads", state_.threads);
    summary.set("nnflow", version_info());
    Value::Array skipped(result.skipped.begin(), result.skipped.end());
    summary.set("skipped", std::move(skipped));
    Value::Object stages;
    for (const StageCounters& counters : record_.all_counters()) {
      const CallCounts::Sum calls = counters.calls.sum();
      Value entry;
      entry.set("done", static_cast<std::int64_t>(calls.done));
      entry.set("kept", static_cast<std::int64_t>(counters.kept));
      entry.set("failed", static_cast<std::int64_t>(counters.failed));
      entry.set("busy_seconds", static_cast<double>(state_.clock.nanoseconds(calls.busy)) * 1e-9);
      entry.set("bytes_out", static_cast<std::int64_t>(calls.bytes_out));
      stages.emplace_back(counters.id, std::move(entry));
    }
    summary.set("stages", std::move(stages));
    record_.write_file("summary.json", summary.to_json() + "\n");
    record_.write_file("stages.json", provenance_json(state_));
    if (owns_trace_) record_.write_file("trace.json", options_.trace->to_json());
    Value event;
    event.set("event", "run_end");
    event.set("status", to_string(result.status));
    event.set("seconds", seconds);
    record_.event(std::move(event));
  }

  const ResolvedPipeline& pipeline_;
  RunOptions options_;
  bool owns_trace_;
  RunRecord record_;
  RunState state_;
  std::shared_ptr<Executor> executor_;  ///< null without a foreach
};

}  // namespace

RunResult run_pipeline(const ResolvedPipeline& pipeline,
                       PluginSet& plugins,
                       const RunOptions& options) {
  Run run(pipeline, plugins, options);
  const int threads = thread_budget(pipeline.run.threads);
  // Lets a run have more workers than the machine has cores.
  const tbb::global_control control(
      tbb::global_control::max_allowed_parallelism,
      std::max(static_cast<std::size_t>(threads),
               tbb::global_control::active_value(tbb::global_control::max_allowed_parallelism)));
  // Places for threads of the program that hand over items; they run no stages.
  const int outside = options.channels.empty() ? 0 : 2;
  tbb::task_arena arena(threads + outside, static_cast<unsigned>(1 + outside));
  return arena.execute([&run] { return run.execute(); });
}

}  // namespace nnflow::runtime
