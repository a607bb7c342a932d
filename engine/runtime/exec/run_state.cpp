// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0

#include "run_state.hpp"

#include <algorithm>
#include <new>
#include <set>

#include "budget.hpp"
#include "nnflow/artifact.hpp"

namespace nnflow::runtime {
namespace {

/// The stages on some way of items to `stage`, itself left out, in the order of the pipeline.
std::set<std::size_t> item_producers(const ResolvedPipeline& pipeline, std::size_t stage) {
  std::set<std::size_t> found;
  std::vector<std::size_t> open{stage};
  while (!open.empty()) {
    const std::size_t index = open.back();
    open.pop_back();
    for (const InputWiring& wiring : pipeline.stages[index].inputs) {
      if (wiring.once) continue;
      for (const PortRef& source : wiring.sources) {
        if (found.insert(source.stage).second) open.push_back(source.stage);
      }
    }
  }
  return found;
}

LiveStage make_live(const ResolvedStage& resolved, PluginSet& plugins, RunRecord& record) {
  LiveStage live;
  live.resolved = &resolved;
  live.counters = &record.counters(resolved.id);
  if (resolved.foreach) return live;
  const LoadedStage& loaded = plugins.stage(resolved.use);
  live.spec = &loaded.spec;
  std::vector<ParamError> errors;
  const Value params = resolved.params.is_null() ? Value(Value::Object{}) : resolved.params;
  auto bound = loaded.spec.binding.bind(params, errors);
  if (bound == nullptr) {
    std::string text = "stage " + resolved.id + " (" + resolved.use + ")";
    for (const ParamError& error : errors) {
      text += (error.field.empty() ? std::string(": ") : ": parameter " + error.field + ": ") +
              error.message;
    }
    throw with_note(Error(ErrorCode::kInvalidParam, text), resolved);
  }
  live.emitted =
      std::make_unique<std::atomic<const PayloadType*>[]>(loaded.spec.description.outputs.size());
  live.params = full_params(loaded.spec.description, params);
  live.params_key = live.params.canonical_json();
  live.stage = loaded.factory(StageConfig(resolved.id, std::move(bound)));
  live.map = dynamic_cast<const MapStage*>(live.stage.get());
  live.group = dynamic_cast<GroupStage*>(live.stage.get());
  live.reduce = dynamic_cast<ReduceStage*>(live.stage.get());
  return live;
}

/// Files that an `Artifact` was writing by the names they would have got:
/// `/a/.b.nnflow-tmp/7-0/c` becomes `/a/b/c`.
std::string with_final_names(std::string text) {
  constexpr std::string_view kMark = ".nnflow-tmp/";
  for (std::size_t mark = text.find(kMark); mark != std::string::npos; mark = text.find(kMark)) {
    const std::size_t begin = text.rfind("/.", mark);
    const std::size_t end = text.find('/', mark + kMark.size());
    if (begin == std::string::npos || end == std::string::npos) break;
    text = text.substr(0, begin + 1) + text.substr(begin + 2, mark - begin - 2) + text.substr(end);
  }
  return text;
}

}  // namespace

Value full_params(const StageDescription& description, const Value& given) {
  Value params = Value::Object{};
  for (const FieldSpec& field : description.params) {
    const Value* const value = given.find(field.name);
    params.set(field.name, value != nullptr ? *value : field.default_value);
  }
  return params;
}

bool is_forced(const std::vector<std::string>& force, const std::string& stage) {
  return std::any_of(force.begin(), force.end(),
                     [&](const std::string& name) { return name == "*" || name == stage; });
}

RunState::RunState(const ResolvedPipeline& pipeline_,
                   PluginSet& plugins_,
                   const RunOptions& options_,
                   RunRecord& record_)
    : pipeline(pipeline_),
      plugins(plugins_),
      options(options_),
      record(record_),
      temporaries(record_.folder() / "temporaries"),
      cache(options_.cache_dir.empty() ? CacheStore::default_root() : options_.cache_dir,
            options_.cache_limit ? *options_.cache_limit : CacheStore::default_limit()),
      ledger(record_.folder() / "ledger"),
      clock(pipeline_.run.record == RecordDetail::kItems),
      threads(thread_budget(pipeline_.run.threads)),
      memory(memory_budget(pipeline_.run.memory_bytes)) {
  sweep_temporaries_in(record.folder());
  Artifact::sweep(Artifact::temporary_folder(record.folder() / "stages.json"));
  for (const ResolvedStage& stage : pipeline.stages) {
    if (stage.cache) sweep_temporaries_in(cache.folder(stage.id));
    stages.push_back(make_live(stage, plugins, record));
    stages.back().traced = options.title.empty() ? stage.id : options.title + ": " + stage.id;
  }
}

void RunState::fail(Error error) {
  const std::scoped_lock lock(mutex_);
  if (!failure_) failure_ = std::move(error);
  failed_ = true;
}

std::optional<Error> RunState::failure() const {
  const std::scoped_lock lock(mutex_);
  return failure_;
}

void RunState::skip(const std::string& stage, const std::string& item, const std::string& reason) {
  log(LogLevel::kWarning, stage, item, "skipped: " + reason);
  const std::scoped_lock lock(mutex_);
  skipped_.push_back(reason);
}

std::vector<std::string> RunState::skipped() const {
  const std::scoped_lock lock(mutex_);
  std::vector<std::string> sorted = skipped_;
  std::sort(sorted.begin(), sorted.end());
  return sorted;
}

void RunState::log(LogLevel level,
                   const std::string& stage,
                   const std::string& item,
                   std::string_view text) {
  std::string line = stage;
  if (!item.empty()) line += " [" + item + "]";
  line += ": " + std::string(text);
  record.log_line(line);
  if (options.log) options.log(level, line);
}

const OnceValue* RunState::once_input(std::size_t stage, std::string_view port) const {
  for (const InputWiring& wiring : pipeline.stages[stage].inputs) {
    if (wiring.port != port || !wiring.once || wiring.sources.empty()) continue;
    const auto value = once.find({wiring.sources.front().stage, wiring.sources.front().port});
    return value == once.end() || value->second.payload.empty() ? nullptr : &value->second;
  }
  return nullptr;
}

bool RunState::forced(const std::string& stage) const { return is_forced(options.force, stage); }

bool RunState::forced_upstream(std::size_t stage) const {
  const auto on_the_way = item_producers(pipeline, stage);
  return forced(stages[stage].resolved->id) ||
         std::any_of(on_the_way.begin(), on_the_way.end(),
                     [this](std::size_t index) { return forced(stages[index].resolved->id); });
}

Value RunState::upstream(std::size_t stage) const {
  Value result{Value::Object{}};
  for (const std::size_t index : item_producers(pipeline, stage)) {
    const LiveStage& live = stages[index];
    Value from{Value::Object{}};
    for (const InputWiring& wiring : live.resolved->inputs) {
      if (wiring.once) continue;
      Value::Array producers;
      for (const PortRef& source : wiring.sources) {
        std::string name = stages[source.stage].resolved->id;
        producers.emplace_back(name.append(".").append(source.port));
      }
      from.set(wiring.port, std::move(producers));
    }
    Value entry{Value::Object{}};
    entry.set("use", live.resolved->use);
    entry.set("version", static_cast<std::int64_t>(live.spec->description.cache_version));
    entry.set("params", live.params);
    entry.set("from", std::move(from));
    result.set(live.resolved->id, std::move(entry));
  }
  return result;
}

Error current_error(const std::string& stage, const std::string& item) {
  const auto named = [](const Error& error) {
    Error result(error.code(), with_final_names(error.what()));
    for (const std::string& context : error.context()) result.with_context(context);
    return result;
  };
  const auto in_context = [&](Error error) {
    if (!item.empty()) error.with_context("item " + item);
    if (!stage.empty()) error.with_context("stage " + stage);
    return error;
  };
  try {
    throw;
  } catch (const Error& error) {
    return in_context(named(error));
  } catch (const std::bad_alloc&) {
    return in_context(Error(ErrorCode::kResource, "out of memory"));
  } catch (const std::filesystem::filesystem_error& error) {
    return in_context(
        Error(ErrorCode::kIo, error.path1().string() + ": " + error.code().message()));
  } catch (const std::exception& error) {
    return in_context(Error(ErrorCode::kInternal, error.what()));
  } catch (...) {
    return in_context(Error(ErrorCode::kInternal, "unknown exception"));
  }
}

Error with_note(const Error& error, const ResolvedStage& stage) {
  // A file that is not there was named by somebody; one that cannot be written was not.
  const bool of_a_value = error.code() == ErrorCode::kInvalidParam ||
                          (error.code() == ErrorCode::kIo &&
                           std::string_view(error.what()).find(": no such ") != std::string::npos);
  if (!of_a_value || stage.doc.empty()) return error;
  std::string text = error.what();
  Error noted(error.code(), text.append("\n  note: ").append(stage.doc));
  for (const std::string& context : error.context()) noted.with_context(context);
  return noted;
}

}  // namespace nnflow::runtime
