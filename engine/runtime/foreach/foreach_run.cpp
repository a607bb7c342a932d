// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "foreach_run.hpp"

#include <algorithm>
#include <mutex>
#include <utility>

#include "local_executor.hpp"
#include "nnflow/elements.hpp"
#include "record/progress.hpp"
#include "record/progress_report.hpp"

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

[[nodiscard]] std::vector<Element> elements_of(const RunState& state, const Foreach& foreach) {
  if (foreach.elements) return *foreach.elements;
  const auto value = state.once.find({foreach.from->stage, foreach.from->port});
  if (value == state.once.end() || value->second.payload.empty()) {
    throw Error(ErrorCode::kInvalidPipeline, "the list to repeat for has no value");
  }
  return value->second.payload.get<Elements>().items;
}

/// What `force` says of the stages inside one element of a foreach.
[[nodiscard]] std::vector<std::string> forced_inside(const RunState& state,
                                                     const std::string& stage,
                                                     const std::vector<Element>& all,
                                                     const std::string& element,
                                                     const ResolvedPipeline& inner) {
  if (state.forced(stage)) return {"*"};
  std::vector<std::string> inside;
  for (const std::string& name : state.options.force) {
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

class Host final : public ExecutorHost {
 public:
  Host(RunState& state, std::size_t stage)
      : state_(state),
        stage_(state.pipeline.stages[stage]),
        counters_(*state.stages[stage].counters),
        cache_dir_(std::filesystem::absolute(state.cache.root())) {
    for (const std::filesystem::path& folder : state.plugins.search())
      plugin_dirs_.push_back(std::filesystem::absolute(folder));
  }

  /// Resolves every element. Throws Error with the element in its context.
  void prepare(const std::string& title) {
    const std::vector<Element> all = elements_of(state_, *stage_.foreach);
    for (const Element& element : all) {
      try {
        check_element(element.id);
        auto inner = std::make_unique<ResolvedPipeline>(stage_.foreach->resolve(element));
        elements_.push_back(
            {element.id, title + "/" + stage_.id + " " + element.id, inner->to_yaml(),
             std::filesystem::absolute(state_.options.run_dir / stage_.id / element.id),
             forced_inside(state_, stage_.id, all, element.id, *inner)});
        pipelines_.push_back(std::move(inner));
      } catch (const Error& error) {
        throw Error(error).with_context("element " + element.id);
      }
    }
    results_.resize(elements_.size());
    counters_.total = elements_.size();
  }

  /// What the reports come to. Throws the failure of the first element that has one.
  void settle(const std::string& executor) {
    const std::scoped_lock lock(mutex_);
    for (std::size_t i = 0; i < results_.size(); ++i) {
      if (!results_[i] || results_[i]->status == RunStatus::kOk ||
          results_[i]->status == RunStatus::kItemsSkipped) {
        continue;
      }
      const bool interrupted = results_[i]->status == RunStatus::kInterrupted;
      throw Error(interrupted ? ErrorCode::kCancelled : results_[i]->code, results_[i]->error)
          .with_context("element " + elements_[i].id);
    }
    if (cancelled()) return;
    for (std::size_t i = 0; i < results_.size(); ++i) {
      if (results_[i]) continue;
      if (stop_requested()) throw Error(ErrorCode::kCancelled, "stopped on request");
      throw Error(ErrorCode::kInternal,
                  "the executor " + executor + " did not say what became of it")
          .with_context("element " + elements_[i].id);
    }
  }

  const std::vector<ElementRun>& elements() const override { return elements_; }
  const std::vector<std::filesystem::path>& plugin_dirs() const override { return plugin_dirs_; }
  const std::filesystem::path& cache_dir() const override { return cache_dir_; }

  ElementResult run_here(std::size_t element) override {
    RunOptions options = state_.options;
    options.run_dir = elements_.at(element).run_dir;
    options.title = elements_[element].title;
    options.force = elements_[element].force;
    options.until.clear();
    options.channels.clear();
    try {
      const RunResult result = run_pipeline(*pipelines_[element], state_.plugins, options);
      return {result.status, result.code, result.error, result.skipped};
    } catch (const Error& error) {
      return {RunStatus::kFailed, error.code(), error.full_message(), {}};
    } catch (const std::exception& error) {
      return {RunStatus::kFailed, ErrorCode::kInternal, error.what(), {}};
    }
  }

  void report(std::size_t element, ElementResult result) override {
    const bool done = result.status == RunStatus::kOk || result.status == RunStatus::kItemsSkipped;
    for (const std::string& text : result.skipped)
      state_.skip(stage_.id, elements_.at(element).id, text);
    {
      const std::scoped_lock lock(mutex_);
      if (results_.at(element))
        throw Error(ErrorCode::kInternal,
                    "element " + elements_[element].id + " was reported twice");
      results_[element] = std::move(result);
    }
    if (done) counters_.calls.add(1, 0, 0);
  }

  bool cancelled() const override { return state_.cancelled(); }
  bool stop_requested() const override { return state_.stop_requested(); }
  void progress(std::string_view text) override { counters_.set_progress(0, 0, text); }
  void log(LogLevel level, std::string_view text) override {
    state_.log(level, stage_.id, "", text);
  }

 private:
  RunState& state_;
  const ResolvedStage& stage_;
  StageCounters& counters_;
  std::filesystem::path cache_dir_;
  std::vector<std::filesystem::path> plugin_dirs_;
  std::vector<ElementRun> elements_;
  std::vector<std::unique_ptr<ResolvedPipeline>> pipelines_;
  std::mutex mutex_;
  std::vector<std::optional<ElementResult>> results_;
};

}  // namespace

std::shared_ptr<Executor> make_executor(const ResolvedPipeline& pipeline,
                                        const PluginSet& plugins) {
  const bool any = std::any_of(pipeline.stages.begin(), pipeline.stages.end(),
                               [](const ResolvedStage& s) { return s.foreach.has_value(); });
  if (!any) return nullptr;
  const RunSettings& run = pipeline.run;
  if (run.executor == kLocalExecutor) return std::make_shared<LocalExecutor>();
  return plugins.make<Executor>(
      run.executor, run.executor_params.is_null() ? Value(Value::Object{}) : run.executor_params);
}

void run_foreach(RunState& state, std::size_t stage, Executor& executor, const std::string& title) {
  const std::string& id = state.pipeline.stages[stage].id;
  const std::string& name = state.pipeline.run.executor;
  try {
    Host host(state, stage);
    host.prepare(title);
    {
      // Elements in this process show their own stages.
      const bool shows = name != kLocalExecutor;
      const ProgressReport report(shows ? state.options.on_progress : ProgressReport::Tell(), title,
                                  {state.stages[stage].counters});
      const ProgressDisplay display(shows ? state.options.progress : ProgressStyle::kNone, title,
                                    {state.stages[stage].counters});
      executor.run(host);
    }
    host.settle(name);
  } catch (...) {
    state.fail(current_error(id, {}));
  }
}

}  // namespace nnflow::runtime
