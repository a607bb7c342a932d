// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "nnflow/runtime/pipeline.hpp"

#include <algorithm>
#include <utility>

#include "pipeline/schema.hpp"
#include "pipeline/validate.hpp"
#include "pipeline/yaml.hpp"
#include "pipeline_impl.hpp"
#include "run_impl.hpp"

namespace nnflow {
namespace {

[[noreturn]] void refuse(const Findings& findings) {
  std::string text = format_findings(findings);
  if (text.ends_with('\n')) text.pop_back();
  throw Error(ErrorCode::kInvalidPipeline, text);
}

}  // namespace

void Pipeline::Impl::read() {
  Findings findings;
  const runtime::Document document =
      runtime::compose(file, shown_as, overrides, engine->options.pipeline_dirs, findings);
  if (!has_errors(findings)) runtime::check_shape(document, findings);
  if (has_errors(findings)) refuse(findings);
  const Value* const given = document.root.find("name");
  name = given != nullptr ? given->as_string() : file.stem().string();
}

std::shared_ptr<const runtime::ResolvedPipeline> Pipeline::Impl::resolve(const RunOptions& options,
                                                                         Findings& findings) const {
  runtime::ResolveOptions resolve;
  resolve.overrides = overrides;
  resolve.search = engine->options.pipeline_dirs;
  resolve.shown_as = shown_as;
  resolve.seed = options.seed;
  resolve.threads = options.threads;
  resolve.until = options.until;
  auto pipeline = runtime::resolve_pipeline(file, resolve, engine->plugins, findings);
  if (pipeline == nullptr) return nullptr;
  for (std::size_t i = 0; i < pipeline->stages.size(); ++i) {
    const auto end = engine->ends.find(pipeline->stages[i].use);
    if (end == engine->ends.end() || !end->second) continue;
    const auto phases =
        std::count_if(pipeline->phases.begin(), pipeline->phases.end(), [i](const auto& phase) {
          return std::find(phase.stream.begin(), phase.stream.end(), i) != phase.stream.end();
        });
    if (phases < 2) continue;
    findings.push_back({shown_as, 0, 0, Severity::kError, "stages." + pipeline->stages[i].id,
                        "the program gives the items of this stage once, and they are needed in " +
                            std::to_string(phases) + " phases",
                        "a value that is made of all items is there in the next phase"});
  }
  return has_errors(findings) ? nullptr : pipeline;
}

std::shared_ptr<const runtime::ResolvedPipeline> Pipeline::Impl::resolve(
    const RunOptions& options) const {
  Findings findings;
  auto pipeline = resolve(options, findings);
  if (pipeline == nullptr) refuse(findings);
  return pipeline;
}

void Pipeline::Impl::add_channel(std::string_view stage,
                                 std::string_view payload,
                                 bool is_source,
                                 std::shared_ptr<runtime::Channel> channel) {
  const auto pipeline = resolve({});
  std::string ends;
  for (const runtime::ResolvedStage& candidate : pipeline->stages) {
    const auto end = engine->ends.find(candidate.use);
    if (end == engine->ends.end() || end->second != is_source) continue;
    ends += (ends.empty() ? "" : ", ") + candidate.id;
    if (candidate.id != stage) continue;
    const PortSpec& port =
        is_source ? candidate.spec->outputs.front() : candidate.spec->inputs.front();
    if (port.payload != payload) {
      throw Error(ErrorCode::kInvalidParam, "stage " + candidate.id + " (" + candidate.use +
                                                ") carries " + port.payload + ", not " +
                                                std::string(payload));
    }
    if (!channels.emplace(candidate.id, std::move(channel)).second) {
      throw Error(ErrorCode::kInvalidParam,
                  "stage " + candidate.id + " has an end in the program already");
    }
    return;
  }
  throw Error(ErrorCode::kInvalidParam, "no stage '" + std::string(stage) +
                                            "' that the program can " +
                                            (is_source ? "feed" : "collect from") + "; there are " +
                                            (ends.empty() ? "none" : ends));
}

std::unique_ptr<RunHandle::Impl> Pipeline::Impl::prepare(const RunOptions& options) {
  auto run = std::make_unique<RunHandle::Impl>();
  run->engine = engine;
  run->pipeline = resolve(options);
  for (const runtime::ResolvedStage& stage : run->pipeline->stages) {
    const auto end = engine->ends.find(stage.use);
    if (end == engine->ends.end() || channels.contains(stage.id)) continue;
    throw Error(ErrorCode::kInvalidPipeline,
                "stage " + stage.id + " (" + stage.use + ") has no end in the program: call " +
                    (end->second ? "feed" : "collect") + "(\"" + stage.id + "\") before the run");
  }
  runtime::RunOptions& inner = run->options;
  inner.run_dir = std::filesystem::absolute(
      options.run_dir.empty() ? std::filesystem::path(".nnflow") / name : options.run_dir);
  inner.cache_dir = engine->options.cache_dir;
  inner.cache_limit = engine->options.cache_limit;
  inner.force = options.force;
  inner.until = options.until;
  inner.flags = options.flags != nullptr ? options.flags : &run->own_flags;
  inner.log = options.on_log;
  inner.on_progress = options.on_progress;
  inner.channels = std::exchange(channels, {});
  for (const auto& [stage, channel] : inner.channels) {
    if (!run->pipeline->find_stage(stage)) channel->end();  // `until` left it out
  }
  return run;
}

Pipeline::Pipeline(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Pipeline::Pipeline(Pipeline&& other) noexcept = default;
Pipeline& Pipeline::operator=(Pipeline&& other) noexcept = default;
Pipeline::~Pipeline() = default;

Pipeline& Pipeline::set(const std::string& path, const Value& value) {
  std::string text = runtime::to_yaml_text(value);
  if (text.ends_with('\n')) text.pop_back();
  return set(path + "=" + text);
}

Pipeline& Pipeline::set(const std::string& assignment) {
  impl_->overrides.set.push_back(assignment);
  return *this;
}

Pipeline& Pipeline::merge(const std::filesystem::path& file) {
  impl_->overrides.with.push_back(file);
  return *this;
}

Findings Pipeline::validate() const {
  Findings findings;
  static_cast<void>(impl_->resolve({}, findings));
  return findings;
}

std::string Pipeline::name() const { return impl_->name; }

std::string Pipeline::resolved() const { return impl_->resolve({})->to_yaml(); }

RunResult Pipeline::run(const RunOptions& options) {
  const auto run = impl_->prepare(options);
  run->execute();
  if (run->error) std::rethrow_exception(run->error);
  return std::move(run->result);
}

RunHandle Pipeline::start(const RunOptions& options) { return RunHandle(impl_->prepare(options)); }

std::shared_ptr<runtime::FeedChannel> Pipeline::make_feed(std::string_view stage,
                                                          std::string_view payload) {
  auto channel = std::make_shared<runtime::FeedChannel>();
  impl_->add_channel(stage, payload, true, channel);
  return channel;
}

std::shared_ptr<runtime::CollectChannel> Pipeline::make_collect(std::string_view stage,
                                                                std::string_view payload,
                                                                TakePayload take) {
  auto channel = std::make_shared<runtime::CollectChannel>(std::move(take));
  impl_->add_channel(stage, payload, false, channel);
  return channel;
}

}  // namespace nnflow
