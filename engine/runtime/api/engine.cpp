// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "nnflow/engine.hpp"

#include <dlfcn.h>

#include <cstdlib>
#include <utility>

#include "engine_state.hpp"
#include "pipeline/compose.hpp"
#include "pipeline/schema.hpp"
#include "pipeline_impl.hpp"
#include "program/end_stages.hpp"

namespace nnflow {
namespace {

namespace fs = std::filesystem;

/// The folder of the library that this code is in.
fs::path library_folder() {
  static const char kHere = 0;
  Dl_info info{};
  if (dladdr(&kHere, &info) == 0 || info.dli_fname == nullptr) return {};
  std::error_code error;
  return fs::absolute(info.dli_fname, error).lexically_normal().parent_path();
}

void add_folders(const char* variable, std::vector<fs::path>& folders) {
  const char* const text = std::getenv(variable);  // NOLINT(concurrency-mt-unsafe)
  std::string_view rest(text == nullptr ? "" : text);
  while (!rest.empty()) {
    const std::size_t colon = rest.find(':');
    if (colon != 0) folders.emplace_back(rest.substr(0, colon));
    rest = colon == std::string_view::npos ? std::string_view{} : rest.substr(colon + 1);
  }
}

/// A path, or the name of a pipeline in one of the folders.
fs::path locate(const fs::path& file, const std::vector<fs::path>& folders) {
  std::error_code none;
  if (fs::exists(file, none) || file.is_absolute()) return file;
  for (const fs::path& folder : folders) {
    for (const fs::path& candidate : {folder / file, folder / (file.string() + ".yaml")}) {
      if (fs::is_regular_file(candidate, none)) return candidate;
    }
  }
  return file;
}

}  // namespace

EngineOptions EngineOptions::installed() {
  EngineOptions options;
  const fs::path lib = library_folder();
  add_folders("NNFLOW_PLUGIN_PATH", options.plugin_dirs);
  options.plugin_dirs.push_back(lib / "nnflow" / "plugins");
  add_folders("NNFLOW_PIPELINE_PATH", options.pipeline_dirs);
  // The library lies in PREFIX/lib or in PREFIX/lib/ARCHITECTURE.
  for (const fs::path& prefix : {lib.parent_path(), lib.parent_path().parent_path()}) {
    const fs::path folder = prefix / "share" / "nnflow" / "pipelines";
    std::error_code none;
    if (fs::is_directory(folder, none)) options.pipeline_dirs.push_back(folder);
  }
  return options;
}

Engine::Engine(const EngineOptions& options) : state_(std::make_shared<State>(options)) {}

Pipeline Engine::load(const fs::path& file) const {
  const fs::path found = locate(file, state_->options.pipeline_dirs);
  auto impl = std::make_unique<Pipeline::Impl>(state_, found, runtime::shown_path(found));
  impl->read();
  return Pipeline(std::move(impl));
}

Pipeline Engine::parse(std::string text, const fs::path& name) const {
  auto impl = std::make_unique<Pipeline::Impl>(state_, name, name.string());
  impl->overrides.text = std::move(text);
  impl->read();
  return Pipeline(std::move(impl));
}

void Engine::add_plugin(const std::string& name,
                        const std::function<void(Registry&)>& register_all) {
  state_->plugins.add_builtin(name, register_all);
}

void Engine::add_end(const std::string& id,
                     const PayloadType& type,
                     const std::string& summary,
                     bool is_source) {
  runtime::LoadedStage stage = is_source ? runtime::make_program_source(id, type, summary)
                                         : runtime::make_program_sink(id, type, summary);
  state_->plugins.add_builtin(id.substr(0, id.find('.')), [&stage](Registry& registry) {
    registry.add_stage(std::move(stage.spec), std::move(stage.factory));
  });
  state_->ends[id] = is_source;
}

std::vector<std::string> Engine::stages() const { return state_->plugins.stage_ids(); }

const std::vector<std::string>& Engine::problems() const { return state_->plugins.problems(); }

}  // namespace nnflow
