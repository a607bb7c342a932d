// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "external_library.hpp"
#include "loader.hpp"
#include "manifest.hpp"
#include "nnflow/interface.hpp"
#include "pipeline/catalog.hpp"

namespace nnflow::runtime {

/// The plugins that a process can see. Manifests answer questions; a library is opened when a stage
/// of it is made. Thread-safe. No process-wide state: two sets may differ in their search path.
class PluginSet final : public InterfaceCatalog, public StageCatalog {
 public:
  /// `search` in order of precedence; folders that do not exist are passed over.
  explicit PluginSet(std::vector<std::filesystem::path> search);
  ~PluginSet() override;

  /// `extra` (from --plugin-dir), then NNFLOW_PLUGIN_PATH, then
  /// `<executable>/../lib/nnflow/plugins`.
  [[nodiscard]] static std::vector<std::filesystem::path> default_search(
      const std::vector<std::filesystem::path>& extra);

  /// Adds to the plugin `name` that is part of the program around this set: what `register_all`
  /// registers is found like that of a library. Not thread-safe: before the set is used. Throws
  /// Error(kPlugin) for a bad registration, or when a library has this name.
  void add_builtin(const std::string& name, const std::function<void(Registry&)>& register_all);

  [[nodiscard]] const std::vector<std::filesystem::path>& search() const { return search_; }
  /// Manifests by plugin name. A library without a readable manifest is opened instead.
  [[nodiscard]] const std::map<std::string, Manifest>& manifests() const { return manifests_; }
  /// What could not be read while searching: one text per library, with its path.
  [[nodiscard]] const std::vector<std::string>& problems() const { return problems_; }
  /// Libraries outside the installation that plugins may need, by name.
  [[nodiscard]] const std::map<std::string, ExternalLibrary>& external_libraries() const {
    return external_libraries_;
  }
  /// Ids of all stages, sorted.
  [[nodiscard]] std::vector<std::string> stage_ids() const override;
  /// Description of a stage from its manifest; null when no plugin has it.
  [[nodiscard]] const StageDescription* describe(std::string_view stage_id) const;
  [[nodiscard]] std::shared_ptr<const StageDescription> find(std::string_view stage_id,
                                                             std::string& why) const override;
  [[nodiscard]] std::string plugin_version(std::string_view stage_id) const override;
  /// Why a stage id names nothing: the searched folders, or the problem of the plugin that should
  /// have it.
  [[nodiscard]] std::string why_missing(std::string_view stage_id) const;

  /// The plugin of this name, its library opened at the first call, after the external libraries
  /// that it needs. Throws Error(kPlugin).
  const LoadedPlugin& open(const std::string& plugin) const;
  /// The live stage, its plugin opened if need be. Throws Error(kPlugin).
  [[nodiscard]] const LoadedStage& stage(std::string_view stage_id);

  [[nodiscard]] std::vector<std::string> implementations(
      std::string_view interface_id) const override;

 protected:
  [[nodiscard]] std::shared_ptr<void> make_raw(std::string_view interface_id,
                                               std::string_view implementation,
                                               const Value& arguments) const override;

 private:
  void scan(const std::filesystem::path& folder);
  void open_needs(const std::string& plugin) const;

  std::vector<std::filesystem::path> search_;
  std::map<std::string, ExternalLibrary> external_libraries_;
  std::map<std::string, Manifest> manifests_;
  std::map<std::string, std::filesystem::path> libraries_;
  std::vector<std::string> problems_;
  mutable std::mutex mutex_;
  mutable std::map<std::string, LoadedPlugin> loaded_;
};

}  // namespace nnflow::runtime
