// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0

#include "nnflow/spec.hpp"

#include <algorithm>
#include <cmath>

namespace nnflow {
inline namespace abi_v2 {
namespace {

std::string number_text(double value) {
  return Value(std::floor(value) == value && std::abs(value) < 1e15
                   ? Value(static_cast<std::int64_t>(value))
                   : Value(value))
      .to_json();
}

std::string bounds_text(const FieldSpec& field) {
  if (field.minimum && field.maximum) {
    return " in [" + number_text(*field.minimum) + ", " + number_text(*field.maximum) + "]";
  }
  if (field.minimum) return " of at least " + number_text(*field.minimum);
  if (field.maximum) return " of at most " + number_text(*field.maximum);
  return {};
}

std::string expectation(const FieldSpec& field, const std::string& type) {
  if (!field.choices.empty()) {
    std::string text = "one of";
    for (const std::string& choice : field.choices) text += " " + choice + ",";
    text.pop_back();
    return text;
  }
  return type + bounds_text(field);
}

bool scalar_fits(const FieldSpec& field, const std::string& type, const Value& value) {
  const auto inside = [&field](double number) {
    return (!field.minimum || number >= *field.minimum) &&
           (!field.maximum || number <= *field.maximum) && !std::isnan(number);
  };
  if (type == "value") return true;
  if (type == "bool") return value.is_bool();
  if (type == "integer") {
    if (!value.is_number()) return false;
    const double number = value.as_number();
    return std::floor(number) == number && std::abs(number) < 9.2e18 && inside(number);
  }
  if (type == "number") return value.is_number() && inside(value.as_number());
  if (type == "string" || type == "path") {
    return value.is_string() &&
           (field.choices.empty() || std::find(field.choices.begin(), field.choices.end(),
                                               value.as_string()) != field.choices.end());
  }
  return false;
}

}  // namespace

std::string_view to_string(StageShape shape) {
  switch (shape) {
    case StageShape::kSource:
      return "source";
    case StageShape::kMap:
      return "map";
    case StageShape::kGroup:
      return "group";
    case StageShape::kReduce:
      return "reduce";
  }
  return "unknown";
}

std::optional<std::string> check_field(const FieldSpec& field, const Value& value) {
  std::string type = field.type;
  if (type.ends_with('?')) {
    if (value.is_null()) return std::nullopt;
    type.pop_back();
  }
  const std::size_t bracket = type.rfind('[');
  if (bracket == std::string::npos) {
    if (scalar_fits(field, type, value)) return std::nullopt;
    return expectation(field, type);
  }
  const std::string element = type.substr(0, bracket);
  const std::string count = type.substr(bracket + 1, type.size() - bracket - 2);
  const std::string expected = "a list of " + (count.empty() ? std::string() : count + " ") + "(" +
                               expectation(field, element) + ")";
  if (!value.is_array()) return expected;
  if (!count.empty() && std::to_string(value.as_array().size()) != count) return expected;
  FieldSpec element_field = field;
  element_field.type = element;
  for (const Value& entry : value.as_array()) {
    if (check_field(element_field, entry)) return expected;
  }
  return std::nullopt;
}

namespace detail {

void check_params(const std::vector<FieldSpec>& fields,
                  const Value& object,
                  std::vector<ParamError>& errors) {
  if (object.is_null()) {
    for (const FieldSpec& field : fields) {
      if (field.required) errors.push_back({field.name, "is required"});
    }
    return;
  }
  if (!object.is_object()) {
    errors.push_back({"", "expected a map of parameters, got " + object.to_json()});
    return;
  }
  for (const auto& [name, value] : object.as_object()) {
    const auto match = std::find_if(fields.begin(), fields.end(),
                                    [&n = name](const FieldSpec& f) { return f.name == n; });
    if (match == fields.end()) {
      errors.push_back({name, "unknown parameter"});
    } else if (const auto expected = check_field(*match, value)) {
      errors.push_back({name, "expected " + *expected + ", got " + value.to_json()});
    }
  }
  for (const FieldSpec& field : fields) {
    if (field.required && object.find(field.name) == nullptr)
      errors.push_back({field.name, "is required"});
  }
}

}  // namespace detail

const PortSpec* StageDescription::input(std::string_view name) const {
  const auto match = std::find_if(inputs.begin(), inputs.end(),
                                  [name](const PortSpec& p) { return p.name == name; });
  return match == inputs.end() ? nullptr : &*match;
}

const PortSpec* StageDescription::output(std::string_view name) const {
  const auto match = std::find_if(outputs.begin(), outputs.end(),
                                  [name](const PortSpec& p) { return p.name == name; });
  return match == outputs.end() ? nullptr : &*match;
}

StageSpec& StageSpec::summary(std::string text) {
  description.summary = std::move(text);
  return *this;
}
StageSpec& StageSpec::doc(std::string text) {
  description.doc = std::move(text);
  return *this;
}
StageSpec& StageSpec::cache_version(int version) {
  description.cache_version = version;
  return *this;
}
StageSpec& StageSpec::concurrency(int count) {
  description.concurrency = count;
  return *this;
}
StageSpec& StageSpec::order_free() {
  description.order_free = true;
  return *this;
}
StageSpec& StageSpec::writes_artifacts() {
  description.writes_artifacts = true;
  return *this;
}
StageSpec& StageSpec::nondeterministic() {
  description.deterministic = false;
  return *this;
}
StageSpec& StageSpec::uses(std::string resource, int count) {
  description.resources[std::move(resource)] = count;
  return *this;
}
StageSpec& StageSpec::memory_hint(std::string text) {
  description.memory_hint = std::move(text);
  return *this;
}
StageSpec& StageSpec::add_input(
    std::string_view name, std::string_view payload, std::string doc, bool once, bool optional) {
  description.inputs.push_back(
      {std::string(name), std::string(payload), std::move(doc), once, optional});
  return *this;
}
StageSpec& StageSpec::add_output(std::string_view name,
                                 std::string_view payload,
                                 std::string doc,
                                 bool once) {
  description.outputs.push_back(
      {std::string(name), std::string(payload), std::move(doc), once, false});
  return *this;
}

}  // namespace abi_v2
}  // namespace nnflow
