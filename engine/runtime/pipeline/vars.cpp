// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "vars.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "scalar.hpp"
#include "yaml.hpp"

namespace nnflow::runtime {
namespace {

using Base = VarType::Base;
constexpr std::array<std::pair<std::string_view, Base>, 7> kBases{{{"string", Base::kString},
                                                                   {"path", Base::kPath},
                                                                   {"int", Base::kInt},
                                                                   {"number", Base::kNumber},
                                                                   {"bool", Base::kBool},
                                                                   {"size", Base::kSize},
                                                                   {"duration", Base::kDuration}}};

std::string base_text(Base base) {
  for (const auto& [name, value] : kBases) {
    if (value == base) return std::string(name);
  }
  return "";
}

bool fits(Base base, Value& value) {
  switch (base) {
    case Base::kString:
    case Base::kPath:
      if (value.is_integer()) value = Value(value.to_json());  // `fold: 0` means the text "0"
      return value.is_string();
    case Base::kInt: {
      const auto integer = integral(value);
      if (integer) value = Value(*integer);
      return integer.has_value();
    }
    case Base::kNumber:
      return value.is_number();
    case Base::kBool:
      return value.is_bool();
    case Base::kSize:
      return value.is_string() && parse_size(value.as_string()).has_value();
    case Base::kDuration:
      return value.is_string() && parse_duration(value.as_string()).has_value();
  }
  return false;
}

std::string expectation(Base base) {
  if (base == Base::kSize) return "a size with a unit (4GiB)";
  if (base == Base::kDuration) return "a duration with a unit (30s)";
  return base_text(base);
}

std::string check_choice(const VarSpec& spec, const Value& value) {
  if (spec.choices.empty()) return "";
  if (std::find(spec.choices.begin(), spec.choices.end(), value) != spec.choices.end()) return "";
  const bool only = spec.choices.size() == 1;
  std::string text = only ? "expected " : "expected one of ";
  std::vector<std::string> names;
  for (const Value& choice : spec.choices) {
    names.push_back(choice.is_string() ? choice.as_string() : choice.to_json());
    text += (names.size() > 1 ? ", " : "") + names.back();
  }
  text += ", got " + shown(value);
  if (only && !spec.doc.empty()) text += ": " + spec.doc;  // which says why there is no other
  return value.is_string() ? text + suggestion(value.as_string(), names) : text;
}

Value word_value(Base base, const std::string& word) {
  switch (base) {
    case Base::kString:
    case Base::kPath:
    case Base::kSize:
    case Base::kDuration:
      return Value(word);
    case Base::kBool:
      if (word == "true") return Value(true);
      if (word == "false") return Value(false);
      return Value(word);
    case Base::kInt:
    case Base::kNumber:
      if (const auto integer = parse_integer(word)) return Value(*integer);
      if (const auto number = parse_number(word)) return Value(*number);
      return Value(word);
  }
  return Value(word);
}

class VarReader {
 public:
  VarReader(const Document& document, Findings& findings)
      : document_(document), findings_(findings) {}

  std::optional<VarSpec> read(const std::string& name, const Value& declaration) {
    const std::string pointer = child_pointer("/vars", name);
    if (!declaration.is_object()) {
      findings_.push_back(document_.error_at_key(pointer, "expected a map with a type"));
      return std::nullopt;
    }
    const std::size_t before = findings_.size();
    VarSpec spec;
    spec.name = name;
    const Value* type = declaration.find("type");
    if (type == nullptr) {
      findings_.push_back(document_.error_at(pointer, "a variable needs a type"));
      return std::nullopt;
    }
    const auto parsed = type->is_string() ? VarType::parse(type->as_string()) : std::nullopt;
    if (!parsed) {
      findings_.push_back(document_.error_at(
          pointer + "/type",
          "expected string, path, int, number, bool, size or duration, or a list like "
          "number[3] or string[], got " +
              shown(*type)));
    } else {
      spec.type = *parsed;
    }
    if (const Value* value = declaration.find("default"); value != nullptr && !value->is_null()) {
      spec.default_value = *value;
    }
    spec.required = flag(declaration, pointer, "required");
    spec.positional = flag(declaration, pointer, "positional");
    spec.apart = flag(declaration, pointer, "apart");
    spec.each = flag(declaration, pointer, "each");
    if (flag(declaration, pointer, "many")) spec.type.is_list = true;
    if (const Value* doc = declaration.find("doc"); doc != nullptr && doc->is_string()) {
      spec.doc = doc->as_string();
    }
    read_flags(declaration, pointer, spec);
    if (const Value* choices = declaration.find("choices")) {
      if (choices->is_array() && !choices->as_array().empty()) {
        spec.choices = choices->as_array();
      } else {
        findings_.push_back(document_.error_at(pointer + "/choices", "expected a list of values"));
      }
    }
    if (findings_.size() != before) return std::nullopt;
    return spec;
  }

 private:
  bool flag(const Value& declaration, const std::string& pointer, std::string_view key) {
    const Value* value = declaration.find(key);
    if (value == nullptr) return false;
    if (value->is_bool()) return value->as_bool();
    findings_.push_back(document_.error_at(child_pointer(pointer, key),
                                           "expected true or false, got " + shown(*value)));
    return false;
  }

  void read_flags(const Value& declaration, const std::string& pointer, VarSpec& spec) {
    const Value* flags = declaration.find("flags");
    if (flags == nullptr) return;
    const Value::Array list = flags->is_array() ? flags->as_array() : Value::Array{*flags};
    for (const Value& entry : list) {
      const bool good = entry.is_string() && entry.as_string().size() > 1 &&
                        entry.as_string()[0] == '-' && entry.as_string() != "--" &&
                        entry.as_string().find(' ') == std::string::npos;
      if (good) {
        spec.flags.push_back(entry.as_string());
      } else {
        findings_.push_back(document_.error_at(
            pointer + "/flags",
            "expected flags like -d, --dataset or --fast=true, got " + shown(entry)));
      }
    }
  }

  const Document& document_;
  Findings& findings_;
};

}  // namespace

std::optional<VarType> VarType::parse(std::string_view text) {
  VarType type;
  const std::size_t bracket = text.find('[');
  if (bracket != std::string_view::npos) {
    if (text.back() != ']') return std::nullopt;
    type.is_list = true;
    const std::string_view inner = text.substr(bracket + 1, text.size() - bracket - 2);
    if (!inner.empty()) {
      const auto count = parse_integer(inner);
      if (!count || *count < 1 || *count > 1000) return std::nullopt;
      type.count = static_cast<std::size_t>(*count);
    }
    text = text.substr(0, bracket);
  }
  for (const auto& [name, base] : kBases) {
    if (name != text) continue;
    type.base = base;
    return type;
  }
  return std::nullopt;
}

std::string VarType::text() const {
  if (!is_list) return base_text(base);
  return base_text(base) + "[" + (count ? std::to_string(*count) : "") + "]";
}

std::vector<VarSpec> read_vars(const Document& document, Findings& findings) {
  std::vector<VarSpec> specs;
  const Value* vars = document.root.find("vars");
  if (vars == nullptr || !vars->is_object()) return specs;
  VarReader reader(document, findings);
  for (const auto& [name, declaration] : vars->as_object()) {
    if (auto spec = reader.read(name, declaration)) specs.push_back(std::move(*spec));
  }
  return specs;
}

std::string check_var_value(const VarSpec& spec, Value& value) {
  const std::string got = ", got " + shown(value);
  if (!spec.type.is_list) {
    if (!fits(spec.type.base, value)) return "expected " + expectation(spec.type.base) + got;
    return check_choice(spec, value);
  }
  const bool is_element = !value.is_array() && !spec.type.count && fits(spec.type.base, value);
  if (is_element) value = Value(Value::Array{value});
  if (!value.is_array()) return "expected " + spec.type.text() + got;
  if (spec.type.count && value.as_array().size() != *spec.type.count) {
    return "expected " + spec.type.text() + got;
  }
  for (Value& element : value.as_array()) {
    if (!fits(spec.type.base, element)) return "expected " + spec.type.text() + got;
    const std::string problem = check_choice(spec, element);
    if (!problem.empty()) return problem;
  }
  return "";
}

VarWords parse_var_words(const VarSpec& spec, const std::vector<std::string>& words) {
  VarWords result;
  if (spec.type.is_list) {
    if (words.size() == 1 && !words[0].empty() && words[0][0] == '[') {
      Findings findings;
      result.value = parse_yaml_value(words[0], "", findings).root;
      if (!findings.empty()) result.problem = findings.front().message;
    } else {
      Value::Array list;
      for (const std::string& word : words) list.push_back(word_value(spec.type.base, word));
      result.value = Value(std::move(list));
    }
  } else if (words.size() == 1) {
    result.value = word_value(spec.type.base, words[0]);
  } else {
    result.problem = "expected one value, got " + std::to_string(words.size());
  }
  if (result.problem.empty()) result.problem = check_var_value(spec, result.value);
  return result;
}

}  // namespace nnflow::runtime
