// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "substitute.hpp"

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <optional>
#include <utility>

#include "scalar.hpp"

namespace nnflow::runtime {
namespace {

constexpr std::string_view kOpen = "${";
constexpr std::string_view kEach = "each.";
constexpr std::string_view kEnv = "env:";

/// The value of a reference, or nothing after `problem` was set; a reference can also ask to stay
/// as it is.
struct Lookup {
  std::optional<Value> value;
  bool keep = false;
  std::string problem;
};
using LookupFunction = std::function<Lookup(std::string_view name)>;

struct Expansion {
  Value value;
  std::string problem;
  bool had_reference = false;
};

/// Text of a scalar inside a longer text, or nothing for what cannot be embedded.
std::optional<std::string> embedded(const Value& value) {
  if (value.is_string()) return value.as_string();
  if (value.is_bool() || value.is_number()) return value.to_json();
  return std::nullopt;
}

Expansion expand(const std::string& text, const LookupFunction& lookup) {
  Expansion result;
  std::string out;
  std::size_t at = 0;
  while (true) {
    const std::size_t open = text.find(kOpen, at);
    out += text.substr(at, open - at);
    if (open == std::string::npos) break;
    if (open > 0 && text[open - 1] == '$' && !out.empty()) {  // "$${" stands for "${"
      out.back() = '$';
      out += '{';
      at = open + kOpen.size();
      continue;
    }
    const std::size_t close = text.find('}', open);
    if (close == std::string::npos) return {Value(), "\"${\" without \"}\"", true};
    const std::string_view name = std::string_view(text).substr(open + 2, close - open - 2);
    Lookup found = lookup(name);
    result.had_reference = true;
    if (!found.problem.empty()) return {Value(), std::move(found.problem), true};
    if (found.keep) {
      out += text.substr(open, close + 1 - open);
    } else if (open == 0 && close + 1 == text.size()) {
      return {std::move(*found.value), "", true};
    } else if (const auto piece = embedded(*found.value)) {
      out += *piece;
    } else {
      const std::string reference = text.substr(open, close + 1 - open);
      return {Value(),
              found.value->is_null()
                  ? reference + " has no value"
                  : reference + " is a list or a map and cannot be part of a text",
              true};
    }
    at = close + 1;
  }
  result.value = Value(std::move(out));
  return result;
}

Lookup lookup_environment(std::string_view name) {
  name.remove_prefix(kEnv.size());
  const std::size_t split = name.find(":-");
  const std::string variable(name.substr(0, split));
  const char* value = std::getenv(variable.c_str());  // NOLINT(concurrency-mt-unsafe)
  const bool given = value != nullptr && *value != '\0';
  if (given) return {Value(std::string(value)), false, ""};
  if (split != std::string_view::npos) return {Value(name.substr(split + 2)), false, ""};
  return {std::nullopt, false, "the environment variable " + variable + " is not set"};
}

class VarResolver {
 public:
  VarResolver(const Document& document,
              const std::vector<VarSpec>& specs,
              const SubstituteOptions& options,
              Findings& findings)
      : document_(document), specs_(specs), options_(options), findings_(findings) {}

  VarValues resolve_all() {
    for (const VarSpec& spec : specs_) resolve(spec);
    return std::move(values_);
  }

 private:
  static std::string pointer(const VarSpec& spec) { return child_pointer("/vars", spec.name); }

  void resolve(const VarSpec& spec) {
    if (values_.contains(spec.name)) return;
    if (!spec.default_value) {
      if (spec.required && options_.open_required) {
        values_[spec.name] = Value("${each." + spec.name + "}");
        return;
      }
      if (spec.required) {
        findings_.push_back(
            document_.error_at_key(pointer(spec), "a value is required",
                                   spec.doc.empty() ? "" : spec.name + ": " + spec.doc));
      }
      values_[spec.name] = Value();
      return;
    }
    values_[spec.name] = Value();
    open_.push_back(spec.name);
    Value value = *spec.default_value;
    bool good = true;
    if (!options_.literal.contains(spec.name)) {
      good = expand_tree(value, pointer(spec) + "/default", spec);
    } else if (value.is_string()) {
      take_text(value, spec);
    }
    open_.pop_back();
    if (!good) return;
    if (!(options_.is_template && has_each(value)) && !value.is_null()) {
      const std::string problem = check_var_value(spec, value);
      if (!problem.empty()) {
        findings_.push_back(
            document_.error_at(pointer(spec) + "/default", problem,
                               spec.doc.empty() ? "" : spec.name + ": " + spec.doc));
        findings_.back().path = dotted_path(pointer(spec));
      }
    }
    values_[spec.name] = std::move(value);
  }

  bool expand_tree(Value& value, const std::string& at, const VarSpec& spec) {
    if (value.is_array()) {
      bool good = true;
      for (Value& element : value.as_array()) good = expand_tree(element, at, spec) && good;
      return good;
    }
    if (!value.is_string()) return true;
    Expansion expansion =
        expand(value.as_string(), [this](std::string_view name) { return lookup(name); });
    if (!expansion.problem.empty()) {
      findings_.push_back(document_.error_at(at, expansion.problem));
      findings_.back().path = dotted_path(pointer(spec));
      return false;
    }
    value = std::move(expansion.value);
    if (expansion.had_reference && value.is_string()) take_text(value, spec);
    return true;
  }

  /// Text that came from outside the document takes the variable's type where it can.
  static void take_text(Value& value, const VarSpec& spec) {
    if (spec.type.is_list) return;
    VarWords words = parse_var_words(spec, {value.as_string()});
    if (words.problem.empty()) value = std::move(words.value);
  }

  Lookup lookup(std::string_view name) {
    if (name.starts_with(kEnv)) return lookup_environment(name);
    if (name.starts_with(kEach)) return {std::nullopt, true, ""};
    if (std::find(open_.begin(), open_.end(), name) != open_.end()) {
      return {std::nullopt, false, "the variable \"" + std::string(name) + "\" refers to itself"};
    }
    for (const VarSpec& spec : specs_) {
      if (spec.name != name) continue;
      resolve(spec);
      return {values_.at(spec.name), false, ""};
    }
    std::vector<std::string> names;
    for (const VarSpec& spec : specs_) names.push_back(spec.name);
    return {std::nullopt, false,
            "unknown variable \"" + std::string(name) + "\"" + suggestion(name, names)};
  }

  const Document& document_;
  const std::vector<VarSpec>& specs_;
  const SubstituteOptions& options_;
  Findings& findings_;
  VarValues values_;
  std::vector<std::string> open_;
};

class Substituter {
 public:
  Substituter(Document& document, const VarValues& values, Findings& findings)
      : document_(document), values_(values), findings_(findings) {}

  void walk(Value& node, const std::string& pointer, bool each_allowed) {
    if (node.is_object()) {
      for (auto& [key, child] : node.as_object()) {
        walk(child, child_pointer(pointer, key), each_allowed);
      }
    } else if (node.is_array()) {
      for (std::size_t i = 0; i < node.as_array().size(); ++i) {
        walk(node.as_array()[i], child_pointer(pointer, i), each_allowed);
      }
    } else if (node.is_string()) {
      Expansion expansion = expand(node.as_string(), [this, each_allowed](std::string_view name) {
        return lookup(name, each_allowed);
      });
      if (expansion.problem.empty()) {
        node = std::move(expansion.value);
      } else {
        findings_.push_back(document_.error_at(pointer, expansion.problem));
      }
    }
  }

  void walk_stage(Value& stage, const std::string& pointer) {
    if (!stage.is_object()) return;
    const bool is_foreach = stage.find("foreach") != nullptr;
    for (auto& [key, child] : stage.as_object()) {
      walk(child, child_pointer(pointer, key), is_foreach && (key == "params" || key == "stages"));
    }
  }

 private:
  Lookup lookup(std::string_view name, bool each_allowed) {
    if (name.starts_with(kEnv)) return lookup_environment(name);
    if (name.starts_with(kEach)) {
      if (each_allowed) return {std::nullopt, true, ""};
      return {std::nullopt, false,
              "${" + std::string(name) + "} is only known in params of a stage with foreach"};
    }
    const auto found = values_.find(name);
    if (found != values_.end()) return {found->second, false, ""};
    std::vector<std::string> names;
    for (const auto& [known, value] : values_) names.push_back(known);
    return {std::nullopt, false,
            "unknown variable \"" + std::string(name) + "\"" + suggestion(name, names)};
  }

  Document& document_;
  const VarValues& values_;
  Findings& findings_;
};

Value fill(const Value& tree, const std::function<Value(const std::string&)>& leaf) {
  if (tree.is_string()) return leaf(tree.as_string());
  if (tree.is_array()) {
    Value::Array out;
    for (const Value& element : tree.as_array()) out.push_back(fill(element, leaf));
    return Value(std::move(out));
  }
  if (!tree.is_object()) return tree;
  Value::Object out;
  for (const auto& [key, value] : tree.as_object()) out.emplace_back(key, fill(value, leaf));
  return Value(std::move(out));
}

}  // namespace

VarValues resolve_vars(const Document& document,
                       const std::vector<VarSpec>& specs,
                       const SubstituteOptions& options,
                       Findings& findings) {
  return VarResolver(document, specs, options, findings).resolve_all();
}

void substitute_vars(Document& document, const VarValues& values, Findings& findings) {
  if (!document.root.is_object()) return;
  Substituter substituter(document, values, findings);
  for (auto& [key, block] : document.root.as_object()) {
    if (key == "vars" || key == "nnflow" || key == "name" || key == "summary" || key == "doc")
      continue;
    const std::string pointer = child_pointer("", key);
    if (key != "stages" || !block.is_object()) {
      substituter.walk(block, pointer, false);
      continue;
    }
    for (auto& [id, stage] : block.as_object())
      substituter.walk_stage(stage, child_pointer(pointer, id));
  }
}

Value substitute_each(const Value& tree, const Element& element, std::set<std::string>& unknown) {
  const LookupFunction lookup = [&](std::string_view name) -> Lookup {
    if (!name.starts_with(kEach)) return {std::nullopt, true, ""};
    name.remove_prefix(kEach.size());
    if (name == "id") return {Value(element.id), false, ""};
    if (const Value* value = element.values.find(name)) return {*value, false, ""};
    unknown.insert(std::string(name));
    return {Value(""), false, ""};
  };
  return fill(tree, [&](const std::string& text) -> Value {
    if (text.find("${each.") == std::string::npos) return Value(text);
    return expand(text, lookup).value;
  });
}

bool has_each(const Value& tree) {
  if (tree.is_string()) return tree.as_string().find("${each.") != std::string::npos;
  if (tree.is_array()) return std::any_of(tree.as_array().begin(), tree.as_array().end(), has_each);
  if (!tree.is_object()) return false;
  return std::any_of(tree.as_object().begin(), tree.as_object().end(),
                     [](const Value::Member& member) { return has_each(member.second); });
}

Value escape_references(const Value& tree) {
  return fill(tree, [](const std::string& text) -> Value {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
      const bool reference = text.compare(i, 2, kOpen) == 0 && text.compare(i, 7, "${each.") != 0;
      if (reference) out += '$';
      out += text[i];
    }
    return Value(std::move(out));
  });
}

}  // namespace nnflow::runtime
