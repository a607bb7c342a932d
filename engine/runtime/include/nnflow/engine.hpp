// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

/// \file
/// Everything that a program needs to run pipelines: `#include <nnflow/engine.hpp>`, link
/// `nnflow::runtime`.
///
///     nnflow::Engine engine({.plugin_dirs = {"plugins"}});
///     nnflow::Pipeline pipeline = engine.load("add.yaml");
///     pipeline.set("stages.add.params.amount", 3);
///     const nnflow::RunResult result = pipeline.run({.run_dir = "run"});
///     result.check();
///     const Total& total = result.get<Total>("total");

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nnflow/nnflow.hpp>
#include <nnflow/runtime/finding.hpp>
#include <nnflow/runtime/pipeline.hpp>
#include <nnflow/runtime/run.hpp>
#include <nnflow/runtime/stream.hpp>

namespace nnflow {

/// Where an engine looks. Nothing is taken from the environment unless said.
struct EngineOptions {
  std::vector<std::filesystem::path> plugin_dirs{};    ///< in order of precedence
  std::vector<std::filesystem::path> pipeline_dirs{};  ///< for names, imports and `pipeline:`
  /// Results of stages with `cache: true`. Empty = that of the nnflow program: NNFLOW_CACHE, or the
  /// user's cache folder. Engines and processes may share one.
  std::filesystem::path cache_dir{};
  std::optional<std::int64_t> cache_limit{};  ///< bytes; absent = that of the nnflow program

  /// What the nnflow program would use: NNFLOW_PLUGIN_PATH and NNFLOW_PIPELINE_PATH, then the
  /// folders of the installation that this library belongs to.
  [[nodiscard]] static EngineOptions installed();
};

/// Loads and runs pipelines. Owns what it knows: two engines in one process, with other plugin
/// folders and other stages, do not see each other (libraries of plugins stay open until the
/// process ends, once each). Copies share one engine. Thread-safe, once everything was added to it.
class Engine {
 public:
  /// Reads the manifests of the plugins; a plugin is opened when a pipeline that uses it runs.
  explicit Engine(const EngineOptions& options = {});

  /// Reads a pipeline file: a path, or a name in `pipeline_dirs`. Throws Error(kInvalidPipeline)
  /// with the findings as text when the text cannot be read as a pipeline. What values can still
  /// change is said by Pipeline::validate() or when it runs.
  [[nodiscard]] Pipeline load(const std::filesystem::path& file) const;
  /// Reads a pipeline from a text. `name` stands for the file in findings; its folder is that of
  /// relative imports.
  [[nodiscard]] Pipeline parse(std::string text,
                               const std::filesystem::path& name = "pipeline.yaml") const;

  /// Adds stages and implementations that are part of the program, as the body of NNFLOW_PLUGIN
  /// does:
  ///
  ///     engine.add_plugin("app", [](nnflow::Registry& r) { r.add<Square>("app.square"); });
  ///
  /// Throws Error(kPlugin) for a bad registration, or when a library has this name.
  void add_plugin(const std::string& name, const std::function<void(Registry&)>& register_all);
  /// Adds a source with one output port `value`, whose items the program pushes (Pipeline::feed).
  /// `id` is "plugin.name", as that of any stage. Pipelines that use it run in this program only.
  template <class T>
  void add_source(const std::string& id, const std::string& summary = "Items of the program") {
    add_end(id, detail::payload_type<T>(), summary, true);
  }
  /// Adds a sink with one input port `value`, whose items the program takes (Pipeline::collect).
  template <class T>
  void add_sink(const std::string& id, const std::string& summary = "Items for the program") {
    add_end(id, detail::payload_type<T>(), summary, false);
  }

  /// Ids of all stages, sorted.
  [[nodiscard]] std::vector<std::string> stages() const;
  /// What could not be read while looking for plugins: one text per library, with its path.
  [[nodiscard]] const std::vector<std::string>& problems() const;

  struct State;

 private:
  void add_end(const std::string& id,
               const PayloadType& type,
               const std::string& summary,
               bool is_source);
  std::shared_ptr<State> state_;
};

}  // namespace nnflow
