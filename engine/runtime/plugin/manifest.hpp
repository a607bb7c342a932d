// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "loader.hpp"
#include "nnflow/spec.hpp"
#include "nnflow/value.hpp"

namespace nnflow::runtime {

/// What `<plugin>.nnflow.json` beside a library says: everything `list`, `describe` and `validate`
/// need.
struct Manifest {
  struct Interface {
    std::string interface_id;
    std::string id;
    std::string summary;
  };
  PluginIdentity plugin;
  std::vector<StageDescription> stages;
  std::vector<Interface> interfaces;
  /// Names of external libraries that must be open before the plugin is.
  std::vector<std::string> needs;
};

/// `<dir>/<name>.nnflow.json` of a library `<dir>/libnnflow_plugin_<name>.so`.
[[nodiscard]] std::filesystem::path manifest_path(const std::filesystem::path& library);
[[nodiscard]] Manifest make_manifest(const LoadedPlugin& plugin);
[[nodiscard]] Value to_value(const Manifest& manifest);
[[nodiscard]] Value to_value(const StageDescription& stage);
/// Throws Error(kPlugin) naming the file and the key.
[[nodiscard]] Manifest read_manifest(const std::filesystem::path& file);
/// Loads the library once and writes its manifest (indented JSON).
void write_manifest(const std::filesystem::path& library,
                    const std::filesystem::path& file,
                    const std::vector<std::string>& needs = {});

}  // namespace nnflow::runtime
