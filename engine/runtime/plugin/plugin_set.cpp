// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0

#include "plugin_set.hpp"

#include <algorithm>
#include <cstdlib>

namespace nnflow::runtime {
namespace fs = std::filesystem;

PluginSet::PluginSet(std::vector<fs::path> search) : search_(std::move(search)) {
  external_libraries_ = find_external_libraries(search_, problems_);
  for (const fs::path& folder : search_) scan(folder);
}

PluginSet::~PluginSet() = default;

std::vector<fs::path> PluginSet::default_search(const std::vector<fs::path>& extra) {
  std::vector<fs::path> search = extra;
  if (const char* const path = std::getenv("NNFLOW_PLUGIN_PATH")) {
    std::string_view rest(path);
    while (!rest.empty()) {
      const std::size_t colon = rest.find(':');
      if (colon != 0) search.emplace_back(rest.substr(0, colon));
      rest = colon == std::string_view::npos ? std::string_view{} : rest.substr(colon + 1);
    }
  }
  std::error_code error;
  const fs::path executable = fs::read_symlink("/proc/self/exe", error);
  if (!error)
    search.push_back(executable.parent_path().parent_path() / "lib" / "nnflow" / "plugins");
  return search;
}

void PluginSet::scan(const fs::path& folder) {
  std::error_code error;
  std::vector<fs::path> libraries;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with("libnnflow_plugin_") && name.ends_with(".so"))
      libraries.push_back(entry.path());
  }
  std::sort(libraries.begin(), libraries.end());
  for (const fs::path& library : libraries) {
    std::string name = library.stem().string().substr(std::string_view("libnnflow_plugin_").size());
    if (manifests_.contains(name)) continue;  // an earlier folder wins
    try {
      const fs::path file = manifest_path(library);
      Manifest manifest;
      if (fs::exists(file)) {
        manifest = read_manifest(file);
      } else {
        LoadedPlugin plugin = load_plugin(library);
        manifest = make_manifest(plugin);
        loaded_.emplace(name, std::move(plugin));
      }
      libraries_[name] = library;
      manifests_.emplace(name, std::move(manifest));
    } catch (const Error& problem) {
      problems_.emplace_back(problem.what());
    }
  }
}

void PluginSet::add_builtin(const std::string& name,
                            const std::function<void(Registry&)>& register_all) {
  const std::scoped_lock lock(mutex_);
  if (const auto library = libraries_.find(name); library != libraries_.end()) {
    throw Error(ErrorCode::kPlugin, library->second.string() + ": the program has a plugin '" +
                                        name + "' of its own; names are unique");
  }
  LoadedPlugin& plugin = loaded_[name];
  plugin.name = name;
  collect_into(plugin, register_all);
  manifests_.insert_or_assign(name, make_manifest(plugin));
}

std::vector<std::string> PluginSet::stage_ids() const {
  std::vector<std::string> ids;
  for (const auto& [name, manifest] : manifests_) {
    for (const StageDescription& stage : manifest.stages) ids.push_back(stage.id);
  }
  std::sort(ids.begin(), ids.end());
  return ids;
}

const StageDescription* PluginSet::describe(std::string_view stage_id) const {
  const auto manifest = manifests_.find(std::string(stage_id.substr(0, stage_id.find('.'))));
  if (manifest == manifests_.end()) return nullptr;
  for (const StageDescription& stage : manifest->second.stages) {
    if (stage.id == stage_id) return &stage;
  }
  return nullptr;
}

std::shared_ptr<const StageDescription> PluginSet::find(std::string_view stage_id,
                                                        std::string& why) const {
  const StageDescription* const description = describe(stage_id);
  if (description != nullptr) return std::make_shared<StageDescription>(*description);
  why = why_missing(stage_id);
  return nullptr;
}

std::string PluginSet::plugin_version(std::string_view stage_id) const {
  const auto manifest = manifests_.find(std::string(stage_id.substr(0, stage_id.find('.'))));
  return manifest == manifests_.end() ? std::string() : manifest->second.plugin.version;
}

std::string PluginSet::why_missing(std::string_view stage_id) const {
  const std::string plugin(stage_id.substr(0, stage_id.find('.')));
  for (const std::string& problem : problems_) {
    if (problem.find(plugin_file_name(plugin)) != std::string::npos) return problem;
  }
  if (manifests_.contains(plugin)) return "plugin '" + plugin + "' has no such stage";
  std::string text = "no plugin '" + plugin + "' in";
  for (const fs::path& folder : search_) text += " " + folder.string();
  return search_.empty() ? "no folder to search for plugins" : text;
}

void PluginSet::open_needs(const std::string& plugin) const {
  for (const std::string& need : manifests_.at(plugin).needs) {
    const std::string at = libraries_.at(plugin).string() + ": ";
    const auto library = external_libraries_.find(need);
    if (library == external_libraries_.end()) {
      throw Error(ErrorCode::kPlugin, at + "needs '" + need + "', and no " + need +
                                          ".library.json in the folders of plugins describes it");
    }
    try {
      open_external_library(library->second);
    } catch (const Error& error) {
      throw Error(ErrorCode::kPlugin, at + "cannot be opened: " + error.what());
    }
  }
}

const LoadedPlugin& PluginSet::open(const std::string& plugin) const {
  const std::scoped_lock lock(mutex_);
  if (const auto loaded = loaded_.find(plugin); loaded != loaded_.end()) return loaded->second;
  const auto library = libraries_.find(plugin);
  if (library == libraries_.end()) throw Error(ErrorCode::kPlugin, why_missing(plugin + "."));
  open_needs(plugin);
  return loaded_.emplace(plugin, load_plugin(library->second)).first->second;
}

const LoadedStage& PluginSet::stage(std::string_view stage_id) {
  const LoadedPlugin& plugin = open(std::string(stage_id.substr(0, stage_id.find('.'))));
  const auto stage = plugin.stages.find(std::string(stage_id));
  if (stage == plugin.stages.end()) {
    throw Error(ErrorCode::kPlugin, plugin.library.string() + ": does not register the stage " +
                                        std::string(stage_id) +
                                        " that its manifest lists; build the plugin again");
  }
  return stage->second;
}

std::vector<std::string> PluginSet::implementations(std::string_view interface_id) const {
  std::vector<std::string> ids;
  for (const auto& [name, manifest] : manifests_) {
    for (const auto& entry : manifest.interfaces) {
      if (entry.interface_id == interface_id) ids.push_back(entry.id);
    }
  }
  std::sort(ids.begin(), ids.end());
  return ids;
}

std::shared_ptr<void> PluginSet::make_raw(std::string_view interface_id,
                                          std::string_view implementation,
                                          const Value& arguments) const {
  for (const auto& [name, manifest] : manifests_) {
    for (const auto& entry : manifest.interfaces) {
      if (entry.interface_id != interface_id || entry.id != implementation) continue;
      for (const LoadedInterface& live : open(name).interfaces) {
        if (live.interface_id == interface_id && live.id == implementation)
          return live.factory(arguments);
      }
    }
  }
  std::string known;
  for (const std::string& id : implementations(interface_id))
    known += (known.empty() ? "" : ", ") + id;
  throw Error(ErrorCode::kInvalidParam, "no plugin implements " + std::string(interface_id) +
                                            " as '" + std::string(implementation) +
                                            "'; known: " + (known.empty() ? "none" : known));
}

}  // namespace nnflow::runtime
