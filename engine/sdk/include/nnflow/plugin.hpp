// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include "nnflow/abi.hpp"
#include "nnflow/stage.hpp"

namespace nnflow {
inline namespace abi_v2 {

using StageFactory = std::function<std::unique_ptr<Stage>(const StageConfig&)>;
using InterfaceFactory = std::function<std::shared_ptr<void>(const Value& arguments)>;

/// Collects what a plugin offers; lives only during `register_all`.
class NNFLOW_SDK_EXPORT Registry {
 public:
  virtual ~Registry();

  /// Adds a stage class under "plugin.name". Bad documentation is an Error(kPlugin).
  template <class S>
  void add(std::string id) {
    static_assert(std::is_base_of_v<Stage, S>,
                  "a stage derives from Source, MapStage, GroupStage or ReduceStage");
    StageSpec spec;
    spec.description.id = std::move(id);
    spec.description.shape = S::kShape;
    S::describe(spec);
    add_stage(std::move(spec), [](const StageConfig& config) -> std::unique_ptr<Stage> {
      return std::make_unique<S>(config);
    });
  }

  /// Adds an implementation of a versioned interface; `Impl` is constructible from `const Value&`.
  template <class Interface, class Impl>
  void add(std::string interface_id, std::string id, std::string summary) {
    static_assert(std::is_base_of_v<Interface, Impl>);
    add_interface(std::move(interface_id), std::move(id), std::move(summary),
                  [](const Value& arguments) -> std::shared_ptr<void> {
                    return std::static_pointer_cast<void>(
                        std::shared_ptr<Interface>(std::make_shared<Impl>(arguments)));
                  });
  }

  virtual void add_stage(StageSpec spec, StageFactory factory) = 0;
  virtual void add_interface(std::string interface_id,
                             std::string id,
                             std::string summary,
                             InterfaceFactory factory) = 0;
};

}  // namespace abi_v2
}  // namespace nnflow

/// Defines the plugin's descriptor; the block that follows registers its stages:
///
///     NNFLOW_PLUGIN("acme", "1.0.0") { registry.add<ClampStage>("acme.clamp"); }
#define NNFLOW_PLUGIN(NAME, VERSION) NNFLOW_PLUGIN_WITH_PROBE(NAME, VERSION, nullptr)
/// As above, with a `const char* probe()` that says whether the plugin can run on this machine.
#define NNFLOW_PLUGIN_WITH_PROBE(NAME, VERSION, PROBE)                                        \
  static void nnflow_register_plugin(::nnflow::Registry& registry);                           \
  extern "C" NNFLOW_PLUGIN_EXPORT const ::nnflow::PluginDescriptor nnflow_plugin;             \
  const ::nnflow::PluginDescriptor nnflow_plugin = {{'N', 'N', 'F', 'L', 'O', 'W', 'P', 'L'}, \
                                                    NNFLOW_ABI_MAJOR,                         \
                                                    NNFLOW_ABI_MINOR,                         \
                                                    sizeof(::nnflow::PluginDescriptor),       \
                                                    0,                                        \
                                                    NNFLOW_BUILD_TAG,                         \
                                                    NAME,                                     \
                                                    VERSION,                                  \
                                                    PROBE,                                    \
                                                    &nnflow_register_plugin,                  \
                                                    {}};                                      \
  static void nnflow_register_plugin([[maybe_unused]] ::nnflow::Registry& registry)
