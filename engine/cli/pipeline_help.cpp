// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline_help.hpp"

#include <algorithm>
#include <cctype>

#include "common_options.hpp"
#include "var_options.hpp"

namespace nnflow::cli {
namespace {

using runtime::VarSpec;
using runtime::VarType;

bool is_flag(const VarSpec& spec) {
  return spec.type.base == VarType::Base::kBool && !spec.type.is_list;
}

std::string placeholder(const VarSpec& spec) {
  if (is_flag(spec)) return "";
  VarType element = spec.type;
  element.is_list = false;
  std::string text = element.text();
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  if (!spec.type.is_list) return spec.each ? text + "..." : text;
  if (!spec.type.count) return text + "...";
  std::string all;
  for (std::size_t i = 0; i < *spec.type.count; ++i) all += (i == 0 ? "" : " ") + text;
  return all;
}

std::string shown_value(const Value& value) {
  if (value.is_string()) return value.as_string();
  if (!value.is_array()) return value.to_json();
  std::string text;
  for (const Value& element : value.as_array())
    text += (text.empty() ? "" : " ") + shown_value(element);
  return text;
}

std::string description(const VarSpec& spec) {
  std::string text = spec.doc;
  const auto add = [&text](const std::string& more) { text += (text.empty() ? "" : " ") + more; };
  if (!spec.choices.empty()) {
    std::string choices;
    for (const Value& choice : spec.choices)
      choices += (choices.empty() ? "" : ", ") + shown_value(choice);
    add("{" + choices + "}");
  }
  if (spec.each) add("(several: one after the other)");
  if (spec.required) {
    add("(required)");
  } else if (spec.default_value && !shown_value(*spec.default_value).empty()) {
    add("(default " + shown_value(*spec.default_value) + ")");
  }
  return text;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

}  // namespace

std::vector<HelpLine> var_help(const std::vector<VarSpec>& vars) {
  std::vector<HelpLine> options;
  for (const VarSpec& spec : vars) {
    const VarFlags flags = var_flags(spec);
    const std::string value = placeholder(spec);
    options.push_back(
        {joined(flags.takes_words) + (value.empty() ? "" : " " + value), description(spec)});
    for (const auto& [flag, set] : flags.sets_value) {
      options.push_back({flag, "the same as --" + spec.name + "=" + set});
      std::replace(options.back().right.begin(), options.back().right.end(), '_', '-');
    }
  }
  return options;
}

std::string pipeline_help(const std::string& name,
                          const std::filesystem::path& file,
                          const PipelineHead& head,
                          const std::vector<VarSpec>& vars) {
  std::string text = "nnflow " + name + (head.summary.empty() ? "" : ": " + head.summary) + "\n\n";
  std::string usage = "usage: nnflow " + name + " [options]";
  for (const VarSpec& spec : vars) {
    if (spec.positional) {
      usage += spec.required ? " " + spec.name : " [" + spec.name + "]";
    } else if (spec.required) {
      usage += " " + var_flags(spec).takes_words.front() + " " + placeholder(spec);
    }
  }
  const std::vector<HelpLine> options = var_help(vars);
  text += usage + "\n";
  if (!head.doc.empty()) text += "\n" + head.doc + (head.doc.back() == '\n' ? "" : "\n");
  if (!options.empty()) text += "\noptions of this pipeline:\n" + two_columns(options);
  text += "\noptions of every pipeline:\n" + two_columns(common_help());
  if (!head.aliases.empty()) text += "\nother names: " + joined(head.aliases) + "\n";
  return text + "\nfile: " + runtime::shown_path(file) + "\n";
}

Value pipeline_value(const std::string& name,
                     const std::filesystem::path& file,
                     const PipelineHead& head,
                     const std::vector<VarSpec>& vars) {
  Value out;
  out.set("name", name);
  out.set("summary", head.summary);
  out.set("file", file.string());
  Value::Array aliases;
  for (const std::string& alias : head.aliases) aliases.emplace_back(alias);
  out.set("aliases", Value(std::move(aliases)));
  Value::Array list;
  for (const VarSpec& spec : vars) {
    Value entry;
    entry.set("name", spec.name);
    entry.set("type", spec.type.text());
    entry.set("doc", spec.doc);
    entry.set("required", spec.required);
    entry.set("positional", spec.positional);
    entry.set("default", spec.default_value.value_or(Value()));
    entry.set("choices", Value(Value::Array(spec.choices)));
    Value::Array flags;
    const VarFlags all = var_flags(spec);
    for (const std::string& flag : all.takes_words) flags.emplace_back(flag);
    for (const auto& [flag, value] : all.sets_value) flags.emplace_back(flag + "=" + value);
    entry.set("flags", Value(std::move(flags)));
    list.push_back(std::move(entry));
  }
  out.set("vars", Value(std::move(list)));
  return out;
}

}  // namespace nnflow::cli
