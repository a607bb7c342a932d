// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "imports.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "schema.hpp"
#include "substitute.hpp"
#include "vars.hpp"
#include "yaml.hpp"

namespace nnflow::runtime {
namespace {

namespace fs = std::filesystem;

/// Text of a value inside a file name, or nothing for what has no such text.
std::optional<std::string> name_text(const Value& value) {
  if (value.is_string()) return value.as_string();
  if (value.is_number() || value.is_bool()) return value.to_json();
  return std::nullopt;
}

/// The defaults of a file that are final: they refer to no other variable.
std::vector<std::pair<std::string, Value>> defaults_of(const Value& root) {
  std::vector<std::pair<std::string, Value>> defaults;
  const Value* const vars = root.find("vars");
  if (vars == nullptr || !vars->is_object()) return defaults;
  for (const auto& [name, declared] : vars->as_object()) {
    const Value* const value = declared.is_object() ? declared.find("default") : &declared;
    if (value == nullptr || value->is_null()) continue;
    if (value->is_string() && value->as_string().find("${") != std::string::npos) continue;
    defaults.emplace_back(name, *value);
  }
  return defaults;
}

/// The variables of a document with what was given in place of their defaults.
VarValues values_of(const Document& document, const GivenValues& given) {
  Findings ignored;  // the passes on the whole document say them
  std::vector<VarSpec> specs = read_vars(document, ignored);
  SubstituteOptions options;
  options.open_required = true;
  for (VarSpec& spec : specs) {
    const auto found = given.find(spec.name);
    if (found == given.end()) continue;
    spec.default_value = found->second.value;
    options.literal.insert(spec.name);
  }
  return resolve_vars(document, specs, options, ignored);
}

}  // namespace

GivenValues given_values(const Overrides& overrides, const Value& params) {
  GivenValues given;
  if (params.is_object()) {
    for (const auto& [name, value] : params.as_object()) {
      if (!value.is_null() && !has_each(value)) given[name] = {value, ""};
    }
  }
  Findings ignored;  // composing says them
  for (const fs::path& with : overrides.with) {
    for (auto& [name, value] : defaults_of(load_yaml(with, with.string(), ignored).root))
      given[name] = {std::move(value), with.string()};
  }
  for (const std::string& text : overrides.set) {
    const std::size_t equals = text.find('=');
    if (!text.starts_with("vars.") || equals == std::string::npos) continue;
    std::string name = text.substr(5, equals - 5);
    if (name.ends_with(".default")) name.resize(name.size() - 8);
    const std::string origin = "--set " + text;
    const Value value =
        parse_yaml_value(std::string_view(text).substr(equals + 1), origin, ignored).root;
    if (!value.is_null()) given[name] = {value, origin};
  }
  for (const VarText& text : overrides.vars) {
    if (text.words.size() == 1) given[text.name] = {Value(text.words[0]), text.origin};
  }
  return given;
}

void add_defaults(const Value& root, GivenValues& given) {
  for (auto& [name, value] : defaults_of(root)) given.try_emplace(name, std::move(value), "");
}

std::vector<fs::path> places(const fs::path& folder, const SearchPath& search) {
  std::vector<fs::path> folders{folder};
  folders.insert(folders.end(), search.begin(), search.end());
  return folders;
}

ChosenImport choose_import(const std::string& entry,
                           const std::string& pointer,
                           const Document& document,
                           const GivenValues& given,
                           Findings& findings) {
  ChosenImport chosen;
  const VarValues values = values_of(document, given);
  const std::size_t slash = entry.rfind('/');
  const std::size_t name_begin = slash == std::string::npos ? 0 : slash + 1;
  std::string path;
  std::size_t at = 0;
  int references = 0;
  const auto refuse = [&](const std::string& message, const std::string& note = {}) {
    findings.push_back(document.error_at(pointer, message, note));
    return ChosenImport{};
  };
  for (std::size_t open = entry.find("${"); open != std::string::npos;
       open = entry.find("${", at)) {
    const std::size_t close = entry.find('}', open);
    if (close == std::string::npos) return refuse("\"${\" without \"}\" in the name of a file");
    const std::string name = entry.substr(open + 2, close - open - 2);
    const auto found = values.find(name);
    if (found == values.end()) {
      std::vector<std::string> names;
      for (const auto& [known, value] : values) names.push_back(known);
      return refuse("an import chosen by the unknown variable \"" + name + "\"" +
                    suggestion(name, names));
    }
    const std::optional<std::string> text = name_text(found->second);
    if (!text || has_each(found->second)) {
      return refuse("an import is chosen by the variable " + name + ", which has no value",
                    "give it a default, or a value where the pipeline is used");
    }
    const auto origin = given.find(name);
    chosen.origin = origin == given.end() ? "" : origin->second.origin;
    if (text->empty() || text->find('/') != std::string::npos || text->front() == '.') {
      Finding finding = document.error_at(
          pointer, name + " is \"" + *text + "\", expected a name that stands for a file");
      if (!chosen.origin.empty())
        finding = {chosen.origin, 0, 0, Severity::kError, "", finding.message, ""};
      findings.push_back(std::move(finding));
      return {};
    }
    path += entry.substr(at, open - at) + *text;
    if (++references == 1 && open >= name_begin) {
      chosen.variable = name;
      chosen.value = *text;
      chosen.folder = entry.substr(0, name_begin);
      chosen.before = entry.substr(name_begin, open - name_begin);
      chosen.after = entry.substr(close + 1);
    }
    at = close + 1;
  }
  if (references > 1) chosen.variable.clear();
  chosen.path = path + entry.substr(at);
  return chosen;
}

Finding missing_import(const ChosenImport& chosen,
                       const std::string& pointer,
                       const Document& document,
                       const std::vector<fs::path>& folders) {
  if (chosen.variable.empty()) return document.error_at(pointer, "no such file: " + chosen.path);
  std::set<std::string> names;
  std::set<fs::path> seen;
  std::string searched;
  for (const fs::path& root : folders) {
    std::error_code ignored;
    const fs::path folder = (root / chosen.folder).lexically_normal();
    const fs::path real = fs::weakly_canonical(folder, ignored);
    if (!seen.insert(ignored ? folder : real).second) continue;
    searched += (searched.empty() ? "" : ", ") + folder.string();
    for (const auto& entry : fs::directory_iterator(folder, ignored)) {
      const std::string name = entry.path().filename().string();
      if (name.size() <= chosen.before.size() + chosen.after.size()) continue;
      if (!name.starts_with(chosen.before) || !name.ends_with(chosen.after)) continue;
      names.insert(name.substr(chosen.before.size(),
                               name.size() - chosen.before.size() - chosen.after.size()));
    }
  }
  const std::vector<std::string> known(names.begin(), names.end());
  std::string list;
  for (const std::string& name : known) list += (list.empty() ? "" : ", ") + name;
  const std::string message = "no file " + chosen.path + " for " + chosen.variable + " \"" +
                              chosen.value + "\"" + suggestion(chosen.value, known);
  std::string note = "searched: " + searched;
  if (!list.empty()) note = "there are " + list + "; " + note;
  if (!chosen.origin.empty()) return {chosen.origin, 0, 0, Severity::kError, "", message, note};
  return document.error_at(pointer, message, note);
}

}  // namespace nnflow::runtime
