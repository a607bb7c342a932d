// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <nnflow/payload.hpp>
#include <nnflow/runtime/finding.hpp>
#include <nnflow/runtime/run.hpp>
#include <nnflow/runtime/stream.hpp>
#include <nnflow/value.hpp>

namespace nnflow {

/// A pipeline with what a program changes about it. Made by `Engine::load` or `Engine::parse`; it
/// keeps the engine alive. Not thread-safe, but its runs are independent of it and of one another.
class Pipeline {
 public:
  Pipeline(Pipeline&& other) noexcept;
  Pipeline& operator=(Pipeline&& other) noexcept;
  ~Pipeline();

  /// Changes a value by its path, as `--set PATH=VALUE` does: "stages.add.params.amount", "vars.x",
  /// "run.memory". Null deletes. A path that matches nothing is a finding of validate().
  Pipeline& set(const std::string& path, const Value& value);
  /// The same with the text of the command line, its value in YAML: "stages.add.params.amount=3".
  Pipeline& set(const std::string& assignment);
  /// Merges a file over the pipeline, as `--with FILE` does: before all that was set.
  Pipeline& merge(const std::filesystem::path& file);

  /// Everything that is wrong or odd; empty when there is nothing. Opens no plugin.
  [[nodiscard]] Findings validate() const;
  [[nodiscard]] std::string name() const;
  /// The pipeline with every value filled in, as YAML text that is itself a pipeline file. Throws
  /// Error(kInvalidPipeline) with the findings as text.
  [[nodiscard]] std::string resolved() const;

  /// Runs it and waits for the end. Throws Error(kInvalidPipeline) with the findings as text, and
  /// as RunHandle::wait() does.
  [[nodiscard]] RunResult run(const RunOptions& options = {});
  /// Runs it in threads of its own. Throws Error(kInvalidPipeline) with the findings as text.
  [[nodiscard]] RunHandle start(const RunOptions& options = {});

  /// The end of a stage that `Engine::add_source<T>` made, for the next run; once per run and
  /// stage. `stage` is the stage's id in the pipeline; inside a pipeline used as a stage
  /// "outer/inner". Throws Error(kInvalidPipeline) with the findings as text, Error(kInvalidParam)
  /// when there is no such stage or it carries another type.
  template <class T>
  [[nodiscard]] Feed<T> feed(std::string_view stage) {
    return Feed<T>(make_feed(stage, PayloadTraits<T>::kId));
  }
  /// The end of a stage that `Engine::add_sink<T>` made, likewise.
  template <class T>
  [[nodiscard]] Collect<T> collect(std::string_view stage) {
    return Collect<T>(make_collect(stage, PayloadTraits<T>::kId, {}));
  }
  /// The same with a function that gets each item, in item order and one at a time, on a thread of
  /// the run; the run waits for it. It must not wait for a push into the same pipeline. What it
  /// throws fails the run.
  template <class T>
  void collect(std::string_view stage, std::function<void(Item<T>)> take) {
    static_cast<void>(make_collect(
        stage, PayloadTraits<T>::kId,
        [take = std::move(take)](std::string id, std::uint64_t ordinal, Payload value) {
          take(Item<T>{std::move(id), ordinal, value.template take<T>()});
        }));
  }

 private:
  friend class Engine;
  using TakePayload = std::function<void(std::string id, std::uint64_t ordinal, Payload value)>;
  struct Impl;
  explicit Pipeline(std::unique_ptr<Impl> impl);
  [[nodiscard]] std::shared_ptr<runtime::FeedChannel> make_feed(std::string_view stage,
                                                                std::string_view payload);
  [[nodiscard]] std::shared_ptr<runtime::CollectChannel> make_collect(std::string_view stage,
                                                                      std::string_view payload,
                                                                      TakePayload take);
  std::unique_ptr<Impl> impl_;
};

}  // namespace nnflow
