// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0

#include "manifest.hpp"

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "nnflow/artifact.hpp"

namespace nnflow::runtime {
namespace {

Value to_value(const PortSpec& port) {
  Value value;
  value.set("name", port.name);
  value.set("payload", port.payload);
  value.set("doc", port.doc);
  value.set("once", port.once);
  value.set("optional", port.optional);
  return value;
}

Value to_value(const FieldSpec& field) {
  Value value;
  value.set("name", field.name);
  value.set("type", field.type);
  value.set("doc", field.doc);
  value.set("default", field.default_value);
  if (field.minimum) value.set("minimum", *field.minimum);
  if (field.maximum) value.set("maximum", *field.maximum);
  if (!field.choices.empty()) {
    value.set("choices", Value::Array(field.choices.begin(), field.choices.end()));
  }
  if (!field.unit.empty()) value.set("unit", field.unit);
  value.set("required", field.required);
  return value;
}

const Value& member(const Value& object, std::string_view key) {
  const Value* const found = object.find(key);
  if (found == nullptr)
    throw Error(ErrorCode::kPlugin, "key '" + std::string(key) + "' is missing");
  return *found;
}

PortSpec port_from(const Value& value) {
  return {member(value, "name").as_string(), member(value, "payload").as_string(),
          member(value, "doc").as_string(), member(value, "once").as_bool(),
          member(value, "optional").as_bool()};
}

FieldSpec field_from(const Value& value) {
  FieldSpec field;
  field.name = member(value, "name").as_string();
  field.type = member(value, "type").as_string();
  field.doc = member(value, "doc").as_string();
  field.default_value = member(value, "default");
  if (const Value* v = value.find("minimum")) field.minimum = v->as_number();
  if (const Value* v = value.find("maximum")) field.maximum = v->as_number();
  if (const Value* v = value.find("choices")) {
    for (const Value& choice : v->as_array()) field.choices.push_back(choice.as_string());
  }
  if (const Value* v = value.find("unit")) field.unit = v->as_string();
  field.required = member(value, "required").as_bool();
  return field;
}

StageShape shape_from(const std::string& text) {
  for (const StageShape shape :
       {StageShape::kSource, StageShape::kMap, StageShape::kGroup, StageShape::kReduce}) {
    if (to_string(shape) == text) return shape;
  }
  throw Error(ErrorCode::kPlugin, "unknown stage shape '" + text + "'");
}

StageDescription stage_from(const Value& value) {
  StageDescription stage;
  stage.id = member(value, "id").as_string();
  stage.shape = shape_from(member(value, "shape").as_string());
  stage.summary = member(value, "summary").as_string();
  stage.doc = member(value, "doc").as_string();
  stage.cache_version = static_cast<int>(member(value, "cache_version").as_integer());
  for (const Value& port : member(value, "inputs").as_array())
    stage.inputs.push_back(port_from(port));
  for (const Value& port : member(value, "outputs").as_array())
    stage.outputs.push_back(port_from(port));
  for (const Value& field : member(value, "params").as_array())
    stage.params.push_back(field_from(field));
  stage.concurrency = static_cast<int>(member(value, "concurrency").as_integer());
  stage.order_free = member(value, "order_free").as_bool();
  stage.writes_artifacts = member(value, "writes_artifacts").as_bool();
  stage.deterministic = member(value, "deterministic").as_bool();
  for (const auto& [name, count] : member(value, "resources").as_object()) {
    stage.resources[name] = static_cast<int>(count.as_integer());
  }
  stage.memory_hint = member(value, "memory_hint").as_string();
  return stage;
}

}  // namespace

std::filesystem::path manifest_path(const std::filesystem::path& library) {
  std::string name = library.stem().string();
  const std::string prefix = "libnnflow_plugin_";
  if (name.starts_with(prefix)) name.erase(0, prefix.size());
  return library.parent_path() / (name + ".nnflow.json");
}

Value to_value(const StageDescription& stage) {
  Value value;
  value.set("id", stage.id);
  value.set("shape", to_string(stage.shape));
  value.set("summary", stage.summary);
  value.set("doc", stage.doc);
  value.set("cache_version", stage.cache_version);
  Value::Array inputs;
  for (const PortSpec& port : stage.inputs) inputs.push_back(to_value(port));
  value.set("inputs", std::move(inputs));
  Value::Array outputs;
  for (const PortSpec& port : stage.outputs) outputs.push_back(to_value(port));
  value.set("outputs", std::move(outputs));
  Value::Array params;
  for (const FieldSpec& field : stage.params) params.push_back(to_value(field));
  value.set("params", std::move(params));
  value.set("concurrency", stage.concurrency);
  value.set("order_free", stage.order_free);
  value.set("writes_artifacts", stage.writes_artifacts);
  value.set("deterministic", stage.deterministic);
  Value::Object resources;
  for (const auto& [name, count] : stage.resources) resources.emplace_back(name, count);
  value.set("resources", std::move(resources));
  value.set("memory_hint", stage.memory_hint);
  return value;
}

Manifest make_manifest(const LoadedPlugin& plugin) {
  Manifest manifest;
  manifest.plugin = {plugin.name, plugin.version, NNFLOW_ABI_MAJOR, NNFLOW_ABI_MINOR,
                     NNFLOW_BUILD_TAG};
  for (const auto& [id, stage] : plugin.stages) manifest.stages.push_back(stage.spec.description);
  for (const LoadedInterface& entry : plugin.interfaces) {
    manifest.interfaces.push_back({entry.interface_id, entry.id, entry.summary});
  }
  return manifest;
}

Value to_value(const Manifest& manifest) {
  Value value;
  value.set("plugin", manifest.plugin.name);
  value.set("version", manifest.plugin.version);
  value.set("abi_major", static_cast<std::int64_t>(manifest.plugin.abi_major));
  value.set("abi_minor", static_cast<std::int64_t>(manifest.plugin.abi_minor));
  value.set("build_tag", manifest.plugin.build_tag);
  Value::Array stages;
  for (const StageDescription& stage : manifest.stages) stages.push_back(to_value(stage));
  value.set("stages", std::move(stages));
  Value::Array interfaces;
  for (const auto& entry : manifest.interfaces) {
    Value item;
    item.set("interface", entry.interface_id);
    item.set("id", entry.id);
    item.set("summary", entry.summary);
    interfaces.push_back(std::move(item));
  }
  value.set("interfaces", std::move(interfaces));
  if (!manifest.needs.empty())
    value.set("needs", Value::Array(manifest.needs.begin(), manifest.needs.end()));
  return value;
}

Manifest read_manifest(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) throw Error(ErrorCode::kPlugin, file.string() + ": cannot be read");
  std::stringstream text;
  text << stream.rdbuf();
  try {
    const Value value = Value::parse_json(text.str());
    Manifest manifest;
    manifest.plugin.name = member(value, "plugin").as_string();
    manifest.plugin.version = member(value, "version").as_string();
    manifest.plugin.abi_major = static_cast<std::uint32_t>(member(value, "abi_major").as_integer());
    manifest.plugin.abi_minor = static_cast<std::uint32_t>(member(value, "abi_minor").as_integer());
    manifest.plugin.build_tag = member(value, "build_tag").as_string();
    for (const Value& stage : member(value, "stages").as_array())
      manifest.stages.push_back(stage_from(stage));
    for (const Value& entry : member(value, "interfaces").as_array()) {
      manifest.interfaces.push_back({member(entry, "interface").as_string(),
                                     member(entry, "id").as_string(),
                                     member(entry, "summary").as_string()});
    }
    if (const Value* needs = value.find("needs")) {
      for (const Value& need : needs->as_array()) manifest.needs.push_back(need.as_string());
    }
    return manifest;
  } catch (const std::bad_variant_access&) {
    throw Error(ErrorCode::kPlugin,
                file.string() + ": a key has a value of the wrong type; build the plugin again");
  } catch (const Error& error) {
    throw Error(ErrorCode::kPlugin,
                file.string() + ": " + error.what() + "; build the plugin again");
  }
}

void write_manifest(const std::filesystem::path& library,
                    const std::filesystem::path& file,
                    const std::vector<std::string>& needs) {
  Manifest manifest = make_manifest(load_plugin(library));
  manifest.needs = needs;
  const std::string compact = to_value(manifest).to_json();
  Artifact artifact(file);
  artifact.write_and_commit(nlohmann::ordered_json::parse(compact).dump(2) + "\n");
}

}  // namespace nnflow::runtime
