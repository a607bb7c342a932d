// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0

#include "loader.hpp"

#include <algorithm>
#include <boost/dll/shared_library.hpp>
#include <cctype>
#include <cstring>
#include <mutex>

namespace nnflow::runtime {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(const fs::path& library, const std::string& why) {
  throw Error(ErrorCode::kPlugin, library.string() + ": " + why);
}

bool is_identifier(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return std::islower(c) != 0 || std::isdigit(c) != 0 || c == '_';
  });
}

void check_text(const std::string& what, const std::string& text) {
  if (text.empty()) throw Error(ErrorCode::kPlugin, what + " has no text");
  if (text.find('\n') != std::string::npos)
    throw Error(ErrorCode::kPlugin, what + " has more than one line");
  if (text.ends_with('.')) throw Error(ErrorCode::kPlugin, what + " ends with a full stop");
}

/// The rules for documentation that a reference page can be made from.
void check_description(const StageDescription& stage, const std::string& plugin) {
  const std::string at = "stage " + stage.id + ": ";
  if (!stage.id.starts_with(plugin + ".") ||
      !is_identifier(std::string_view(stage.id).substr(plugin.size() + 1))) {
    throw Error(ErrorCode::kPlugin, at + "expected an id of the form " + plugin + ".snake_case");
  }
  check_text(at + "summary", stage.summary);
  for (const auto* ports : {&stage.inputs, &stage.outputs}) {
    for (const PortSpec& port : *ports) {
      if (!is_identifier(port.name))
        throw Error(ErrorCode::kPlugin, at + "port '" + port.name + "' is not snake_case");
      check_text(at + "port " + port.name, port.doc);
    }
  }
  for (const FieldSpec& field : stage.params) {
    if (!is_identifier(field.name))
      throw Error(ErrorCode::kPlugin, at + "parameter '" + field.name + "' is not snake_case");
    check_text(at + "parameter " + field.name, field.doc);
    if (!field.required) {
      if (const auto expected = check_field(field, field.default_value)) {
        throw Error(ErrorCode::kPlugin, at + "default of parameter " + field.name + ": expected " +
                                            *expected + ", got " + field.default_value.to_json());
      }
    }
  }
}

class CollectingRegistry final : public Registry {
 public:
  explicit CollectingRegistry(LoadedPlugin& plugin) : plugin_(plugin) {}
  void add_stage(StageSpec spec, StageFactory factory) override {
    check_description(spec.description, plugin_.name);
    const std::string id = spec.description.id;
    if (!spec.binding.bind) spec.params<NoParams>();
    if (!plugin_.stages.emplace(id, LoadedStage{std::move(spec), std::move(factory)}).second) {
      throw Error(ErrorCode::kPlugin, "stage " + id + " is registered twice");
    }
  }
  void add_interface(std::string interface_id,
                     std::string id,
                     std::string summary,
                     InterfaceFactory factory) override {
    check_text("implementation " + id + " of " + interface_id + ": summary", summary);
    plugin_.interfaces.push_back(
        {std::move(interface_id), std::move(id), std::move(summary), std::move(factory)});
  }

 private:
  struct NoParams {};
  LoadedPlugin& plugin_;
};

/// Handles are kept for the life of the process and never destroyed: their destructor would close
/// the library.
boost::dll::shared_library& keep(boost::dll::shared_library library) {
  static std::mutex mutex;
  static auto* const handles = new std::vector<std::unique_ptr<boost::dll::shared_library>>();
  const std::scoped_lock lock(mutex);
  handles->push_back(std::make_unique<boost::dll::shared_library>(std::move(library)));
  return *handles->back();
}

}  // namespace

std::string plugin_file_name(std::string_view name) {
  return "libnnflow_plugin_" + std::string(name) + ".so";
}

void collect_into(LoadedPlugin& plugin, const std::function<void(Registry&)>& register_all) {
  CollectingRegistry registry(plugin);
  register_all(registry);
}

LoadedPlugin load_plugin(const fs::path& library) {
  boost::dll::shared_library opened;
  try {
    opened.load(fs::absolute(library),
                boost::dll::load_mode::rtld_now | boost::dll::load_mode::rtld_local);
  } catch (const std::exception& error) {
    refuse(library, std::string("cannot be opened: ") + error.what());
  }
  boost::dll::shared_library& handle = keep(std::move(opened));
  if (!handle.has("nnflow_plugin"))
    refuse(library, "is not an nnflow plugin: it has no symbol nnflow_plugin");
  const auto& descriptor = handle.get<const PluginDescriptor>("nnflow_plugin");
  if (std::memcmp(descriptor.magic, kPluginMagic, sizeof(kPluginMagic)) != 0) {
    refuse(library, "is not an nnflow plugin: bad magic in its descriptor");
  }
  if (descriptor.abi_major != NNFLOW_ABI_MAJOR || descriptor.abi_minor > NNFLOW_ABI_MINOR) {
    refuse(library, "was built for plugin ABI " + std::to_string(descriptor.abi_major) + "." +
                        std::to_string(descriptor.abi_minor) + ", this nnflow takes " +
                        std::to_string(NNFLOW_ABI_MAJOR) + ".0 to " +
                        std::to_string(NNFLOW_ABI_MAJOR) + "." + std::to_string(NNFLOW_ABI_MINOR));
  }
  if (std::strcmp(descriptor.build_tag, NNFLOW_BUILD_TAG) != 0) {
    refuse(library, std::string("was built as ") + descriptor.build_tag + ", this nnflow as " +
                        NNFLOW_BUILD_TAG);
  }
  if (library.filename() != plugin_file_name(descriptor.name)) {
    refuse(library, std::string("holds the plugin '") + descriptor.name +
                        "', expected in a file named " + plugin_file_name(descriptor.name));
  }
  if (descriptor.probe != nullptr) {
    if (const char* const reason = descriptor.probe())
      refuse(library, std::string("cannot run here: ") + reason);
  }
  LoadedPlugin plugin;
  plugin.name = descriptor.name;
  plugin.version = descriptor.version;
  plugin.library = library;
  try {
    collect_into(plugin, descriptor.register_all);
  } catch (const std::exception& error) {
    refuse(library, std::string("registration failed: ") + error.what());
  }
  return plugin;
}

}  // namespace nnflow::runtime
