// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "fake_catalog.hpp"

#include <utility>

namespace nnflow::runtime::test {
namespace {

constexpr const char* kValue = "numbers.value/1";
constexpr const char* kText = "numbers.text/1";
constexpr const char* kTotal = "numbers.total/1";

PortSpec item(std::string name, std::string payload = kValue) {
  return {std::move(name), std::move(payload), "a value", false, false};
}
PortSpec once(std::string name, std::string payload = kTotal) {
  return {std::move(name), std::move(payload), "a value", true, false};
}
PortSpec optional(PortSpec port) {
  port.optional = true;
  return port;
}

FieldSpec field(std::string name, std::string type, Value default_value, std::string doc) {
  FieldSpec spec;
  spec.name = std::move(name);
  spec.type = std::move(type);
  spec.default_value = std::move(default_value);
  spec.doc = std::move(doc);
  return spec;
}

StageDescription stage(std::string id,
                       StageShape shape,
                       std::vector<PortSpec> inputs,
                       std::vector<PortSpec> outputs) {
  StageDescription description;
  description.id = std::move(id);
  description.shape = shape;
  description.summary = "A stage over numbers";
  description.inputs = std::move(inputs);
  description.outputs = std::move(outputs);
  return description;
}

}  // namespace

FakeCatalog::FakeCatalog() {
  StageDescription count = stage("numbers.count", StageShape::kSource, {}, {item("value")});
  FieldSpec last = field("last", "integer", 10, "largest number");
  last.minimum = 0;
  last.maximum = 100;
  count.params = {last, field("path", "path", Value(), "file with numbers")};
  add(std::move(count));

  StageDescription fixed = stage("numbers.fixed", StageShape::kReduce, {}, {once("total")});
  FieldSpec number = field("number", "number", Value(), "the number");
  number.required = true;
  fixed.params = {number};
  add(std::move(fixed));

  StageDescription smooth =
      stage("numbers.smooth", StageShape::kMap, {item("value")}, {item("value")});
  FieldSpec order = field("order", "integer", 3, "spline order used for images");
  order.minimum = 0;
  order.maximum = 5;
  FieldSpec mode = field("mode", "string", "edge", "what lies outside");
  mode.choices = {"edge", "zero"};
  smooth.params = {order, mode,
                   field("spacing", "number[3]", Value(Value::Array{1.0, 1.0, 1.0}), "voxel size")};
  add(std::move(smooth));

  add(stage("numbers.split", StageShape::kMap, {item("value")}, {item("low"), item("high")}));
  add(stage("numbers.write_text", StageShape::kMap, {item("value")}, {item("text", kText)}));
  add(stage("numbers.add", StageShape::kMap, {item("left"), item("right")}, {item("value")}));
  add(stage("numbers.scale", StageShape::kMap, {item("value"), once("total")}, {item("value")}));
  add(stage("numbers.paint", StageShape::kMap, {item("value"), optional(item("text", kText))},
            {item("value")}));
  add(stage("numbers.maybe", StageShape::kMap, {optional(item("value"))}, {item("value")}));
  add(stage("numbers.sum", StageShape::kReduce, {item("value")}, {once("total")}));
  add(stage("numbers.refine", StageShape::kReduce, {once("total")}, {once("total")}));
  add(stage("numbers.totals", StageShape::kSource, {}, {item("total", kTotal)}));
  add(stage("numbers.show", StageShape::kMap, {item("total", kTotal)}, {}));
  add(stage("numbers.batch", StageShape::kGroup, {item("value")}, {item("value")}));
  add(stage("numbers.folds", StageShape::kReduce, {once("total")},
            {once("elements", "nnflow.elements/1")}));

  StageDescription print = stage("numbers.print", StageShape::kMap, {item("value")}, {});
  print.writes_artifacts = true;
  add(std::move(print));
  StageDescription device =
      stage("numbers.device", StageShape::kMap, {item("value")}, {item("value")});
  device.concurrency = 1;
  device.deterministic = false;
  add(std::move(device));
}

void FakeCatalog::add(StageDescription description) {
  const std::string id = description.id;
  stages_[id] = std::make_shared<const StageDescription>(std::move(description));
}

std::shared_ptr<const StageDescription> FakeCatalog::find(std::string_view stage_id,
                                                          std::string& why) const {
  const auto match = stages_.find(stage_id);
  if (match != stages_.end()) return match->second;
  if (!stage_id.starts_with("numbers.")) why = "searched for its plugin in /opt/plugins";
  return nullptr;
}

std::vector<std::string> FakeCatalog::stage_ids() const {
  std::vector<std::string> ids;
  for (const auto& [id, description] : stages_) ids.push_back(id);
  return ids;
}

std::vector<std::string> FakeCatalog::implementations(std::string_view interface_id) const {
  if (interface_id != "nnflow.executor/1") return {};
  return {"cluster"};
}

std::string FakeCatalog::plugin_version(std::string_view stage_id) const {
  return stage_id.starts_with("numbers.") ? "1.2" : "";
}

}  // namespace nnflow::runtime::test
