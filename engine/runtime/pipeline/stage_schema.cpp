// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "stage_schema.hpp"

#include <utility>

#include "scalar.hpp"

namespace nnflow::runtime {
namespace {

constexpr const char* kReference = R"(\$\{[^}]+\})";

Value object(std::initializer_list<Value::Member> members) { return Value(Value::Object(members)); }

Value scalar_schema(const FieldSpec& field, const std::string& type) {
  Value out{Value::Object{}};
  if (type == "bool") out.set("type", "boolean");
  if (type == "integer" || type == "number") out.set("type", type);
  if (type == "string" || type == "path") out.set("type", "string");
  if (field.minimum) out.set("minimum", *field.minimum);
  if (field.maximum) out.set("maximum", *field.maximum);
  if (!field.choices.empty()) {
    Value::Array choices;
    for (const std::string& choice : field.choices) choices.emplace_back(choice);
    out.set("enum", Value(std::move(choices)));
  }
  return out;
}

Value field_schema(const FieldSpec& field) {
  std::string type = field.type;
  const bool nullable = type.ends_with('?');
  if (nullable) type.pop_back();
  const std::size_t bracket = type.rfind('[');
  Value typed = scalar_schema(field, type.substr(0, bracket));
  if (bracket != std::string::npos) {
    Value list = object({{"type", "array"}, {"items", std::move(typed)}});
    if (const auto count = parse_integer(type.substr(bracket + 1, type.size() - bracket - 2))) {
      list.set("minItems", *count);
      list.set("maxItems", *count);
    }
    typed = std::move(list);
  }
  Value::Array choices{std::move(typed), object({{"type", "string"}, {"pattern", kReference}})};
  choices.push_back(object({{"type", "null"}}));
  Value out{Value::Object{}};
  out.set("description", field.unit.empty() ? field.doc : field.doc + " [" + field.unit + "]");
  if (!field.default_value.is_null()) out.set("default", field.default_value);
  out.set("anyOf", Value(std::move(choices)));
  return out;
}

void emit(const Value& value, std::size_t indent, std::string& out) {
  const std::string pad(indent + 2, ' ');
  const auto member = [&](bool first) { out += (first ? "\n" : ",\n") + pad; };
  if (value.is_object() && !value.as_object().empty()) {
    out += "{";
    bool first = true;
    for (const auto& [key, child] : value.as_object()) {
      member(std::exchange(first, false));
      out += Value(key).to_json() + ": ";
      emit(child, indent + 2, out);
    }
    out += "\n" + std::string(indent, ' ') + "}";
  } else if (value.is_array() && !value.as_array().empty()) {
    out += "[";
    bool first = true;
    for (const Value& child : value.as_array()) {
      member(std::exchange(first, false));
      emit(child, indent + 2, out);
    }
    out += "\n" + std::string(indent, ' ') + "]";
  } else {
    out += value.to_json();
  }
}

}  // namespace

Value params_schema(const StageDescription& stage) {
  Value properties{Value::Object{}};
  Value::Array required;
  for (const FieldSpec& field : stage.params) {
    properties.set(field.name, field_schema(field));
    if (field.required) required.emplace_back(field.name);
  }
  Value out = object({{"type", "object"}, {"description", stage.summary}});
  out.set("properties", std::move(properties));
  if (!required.empty()) out.set("required", Value(std::move(required)));
  out.set("additionalProperties", false);
  return out;
}

Value stages_schema(const StageCatalog& catalog) {
  Value definitions{Value::Object{}};
  Value::Array rules;
  for (const std::string& id : catalog.stage_ids()) {
    std::string why;
    const auto stage = catalog.find(id, why);
    if (stage == nullptr) continue;
    definitions.set(id, params_schema(*stage));
    const Value condition = object({{"properties", object({{"use", object({{"const", id}})}})}});
    const Value consequence =
        object({{"properties", object({{"params", object({{"$ref", "#/$defs/" + id}})}})}});
    rules.push_back(object({{"if", condition}, {"then", consequence}}));
  }
  Value out = object({{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                      {"title", "Parameters of the stages, made from their declarations"}});
  out.set("allOf", Value(std::move(rules)));
  out.set("$defs", std::move(definitions));
  return out;
}

std::string indented_json(const Value& value) {
  std::string out;
  emit(value, 0, out);
  return out + "\n";
}

}  // namespace nnflow::runtime
