// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "nnflow/plugin.hpp"

namespace nnflow::runtime {

/// A stage as a loaded plugin registered it.
struct LoadedStage {
  StageSpec spec;
  StageFactory factory;
};

/// An interface implementation as a loaded plugin registered it.
struct LoadedInterface {
  std::string interface_id;
  std::string id;
  std::string summary;
  InterfaceFactory factory;
};

/// A plugin whose library is open. Libraries are never closed: payload deleters and vtables outlive
/// any scope.
struct LoadedPlugin {
  std::string name;
  std::string version;
  std::filesystem::path library;
  std::map<std::string, LoadedStage> stages;
  std::vector<LoadedInterface> interfaces;
};

/// The ABI triple of a descriptor, readable before any code of the plugin runs.
struct PluginIdentity {
  std::string name;
  std::string version;
  std::uint32_t abi_major = 0;
  std::uint32_t abi_minor = 0;
  std::string build_tag;
};

/// File name of a plugin's library: "libnnflow_plugin_<name>.so".
[[nodiscard]] std::string plugin_file_name(std::string_view name);

/// Opens a library, checks its descriptor and lets it register. Throws Error(kPlugin), each message
/// with the path: loader text, "not an nnflow plugin", ABI or build tag mismatch with both values,
/// name unequal to the file name, bad or duplicate registration, refused by its probe.
[[nodiscard]] LoadedPlugin load_plugin(const std::filesystem::path& library);

/// Lets `register_all` add to a plugin, under the same rules. Throws Error(kPlugin) for a bad or
/// duplicate registration.
void collect_into(LoadedPlugin& plugin, const std::function<void(Registry&)>& register_all);

}  // namespace nnflow::runtime
