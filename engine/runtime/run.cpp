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
#include "nnflow/elements.hpp"
#include "record/progress.hpp"
#include "record/provenance.hpp"
#include "record/trace.hpp"
#include "version.hpp"

namespace nnflow::runtime {
namespace {

/// The id of an element names a folder.
void check_element(const std::string& id) {
  if (id.empty() || id == "." || id == ".." || id.find('/') != std::string::npos ||
      id.find('\0') != std::string::npos) {
    throw Error(ErrorCode::kInvalidPipeline,
                "'" + id + "' cannot be the id of an element: it names a folder");
  }
}

/// One run of one pipeline; sub-pipelines of a foreach are runs of their own inside it.
class Run {
 public:
  Run(const ResolvedPipeline& pipeline, PluginSet& plugins, const RunOptions& options)
      : pipeline_(pipeline),
        options_(with_trace(pipeline, options)),
        owns_trace_(options.trace == nullptr && options_.trace != nullptr),
        record_(options.run_dir, options.stop_signal),
        state_(pipeline, plugins, options_, record_) {}

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
        run_foreach(index);
      } else {
        finish(index);
      }
    }
    if (phase.stream.empty() || ended()) return;
    std::vector<const StageCounters*> shown;
    for (const std::size_t index : phase.stream) shown.push_back(state_.stages[index].counters);
    {
      const ProgressDisplay display(options_.progress, title(), std::move(shown));
      try {
        StreamPlan plan = plan_stream(state_, phase);
        run_stream(state_, plan);
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
    StageContext ctx(state_, index, state_.threads, nullptr);
    try {
      dynamic_cast<ReduceStage&>(*live.stage).finish(ctx);
    } catch (...) {
      state_.fail(with_note(current_error(live.resolved->id, {}), *live.resolved));
      return;
    }
    state_.stages[index].ended = true;
    const auto& ports = live.spec->description.outputs;
    for (std::size_t i = 0; i < ports.size(); ++i) {
      if (ctx.outputs()[i].empty()) continue;
      std::string key = digest(ctx.outputs()[i]);
      state_.once[{index, ports[i].name}] = {std::move(ctx.outputs()[i]), std::move(key)};
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

  [[nodiscard]] std::vector<Element> elements(const Foreach& foreach) const {
    if (foreach.elements) return *foreach.elements;
    const auto value = state_.once.find({foreach.from->stage, foreach.from->port});
    if (value == state_.once.end() || value->second.payload.empty()) {
      throw Error(ErrorCode::kInvalidPipeline, "the list to repeat for has no value");
    }
    return value->second.payload.get<Elements>().items;
  }

  /// What `force` says of the stages inside one element of a foreach.
  [[nodiscard]] std::vector<std::string> forced_inside(const std::string& stage,
                                                       const std::vector<Element>& all,
                                                       const std::string& element,
                                                       const ResolvedPipeline& inner) const {
    if (state_.forced(stage)) return {"*"};
    std::vector<std::string> inside;
    for (const std::string& name : options_.force) {
      if (!name.starts_with(stage + "/")) continue;
      std::string rest = name.substr(stage.size() + 1);
      const std::string first = rest.substr(0, rest.find('/'));
      if (std::any_of(all.begin(), all.end(), [&](const Element& e) { return e.id == first; })) {
        if (first != element) continue;
        rest = rest == first ? "*" : rest.substr(first.size() + 1);
      }
      const auto known = inner.find_stage(rest.substr(0, rest.find('/')));
      if (rest != "*" && !inner.find_stage(rest) && !(known && inner.stages[*known].foreach)) {
        std::string ids;
        for (const ResolvedStage& candidate : inner.stages)
          ids += (ids.empty() ? "" : ", ") + candidate.id;
        throw Error(ErrorCode::kInvalidParam,
                    "--force " + name + ": no stage '" + rest + "' inside; there are " + ids);
      }
      inside.push_back(std::move(rest));
    }
    return inside;
  }

  void run_foreach(std::size_t index) {
    const ResolvedStage& stage = pipeline_.stages[index];
    std::string at;
    try {
      const std::vector<Element> all = elements(*stage.foreach);
      for (const Element& element : all) {
        if (ended()) return;
        at = element.id;
        check_element(element.id);
        const ResolvedPipeline inner = stage.foreach->resolve(element);
        RunOptions options = options_;
        options.run_dir = options_.run_dir / stage.id / element.id;
        options.title = title() + "/" + stage.id + " " + element.id;
        options.force = forced_inside(stage.id, all, element.id, inner);
        options.until.clear();
        const RunResult result = run_pipeline(inner, state_.plugins, options);
        if (result.status == RunStatus::kFailed || result.status == RunStatus::kInterrupted) {
          throw Error(
              result.status == RunStatus::kInterrupted ? ErrorCode::kCancelled : result.code,
              result.error);
        }
        for (const std::string& skipped : result.skipped)
          state_.skip(stage.id, element.id, skipped);
        state_.stages[index].counters->done.fetch_add(1);
      }
    } catch (const Error& error) {
      Error copy = error;
      state_.fail(copy.with_context("element " + at).with_context("stage " + stage.id));
    } catch (const std::exception& error) {
      state_.fail(Error(ErrorCode::kInternal, error.what())
                      .with_context("element " + at)
                      .with_context("stage " + stage.id));
    }
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
    constexpr std::string_view kStatus[] = {"ok", "items skipped", "failed", "interrupted"};
    Value summary;
    summary.set("pipeline", pipeline_.name);
    summary.set("status", kStatus[static_cast<std::size_t>(result.status)]);
    if (!result.error.empty()) summary.set("error", result.error);
    summary.set("seconds", seconds);
    summary.set("seed", static_cast<std::int64_t>(pipeline_.run.seed));
    summary.set("threads", state_.threads);
    summary.set("nnflow", version_info());
    Value::Array skipped(result.skipped.begin(), result.skipped.end());
    summary.set("skipped", std::move(skipped));
    Value::Object stages;
    for (const StageCounters& counters : record_.all_counters()) {
      Value entry;
      entry.set("done", static_cast<std::int64_t>(counters.done));
      entry.set("kept", static_cast<std::int64_t>(counters.kept));
      entry.set("failed", static_cast<std::int64_t>(counters.failed));
      entry.set("busy_seconds", static_cast<double>(counters.busy_ns) * 1e-9);
      entry.set("bytes_out", static_cast<std::int64_t>(counters.bytes_out));
      stages.emplace_back(counters.id, std::move(entry));
    }
    summary.set("stages", std::move(stages));
    record_.write_file("summary.json", summary.to_json() + "\n");
    record_.write_file("stages.json", provenance_json(state_));
    if (owns_trace_) record_.write_file("trace.json", options_.trace->to_json());
    Value event;
    event.set("event", "run_end");
    event.set("status", kStatus[static_cast<std::size_t>(result.status)]);
    event.set("seconds", seconds);
    record_.event(std::move(event));
  }

  const ResolvedPipeline& pipeline_;
  RunOptions options_;
  bool owns_trace_;
  RunRecord record_;
  RunState state_;
};

}  // namespace

int RunResult::exit_code() const {
  switch (status) {
    case RunStatus::kOk:
      return 0;
    case RunStatus::kItemsSkipped:
      return 4;
    case RunStatus::kFailed:
      return 3;
    case RunStatus::kInterrupted:
      return 130;
  }
  return 3;
}

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
  tbb::task_arena arena(threads);
  return arena.execute([&run] { return run.execute(); });
}

}  // namespace nnflow::runtime
