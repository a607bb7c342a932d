// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "doctor/report.hpp"

#include <algorithm>

#include "common_options.hpp"

namespace nnflow::cli {
namespace {

using Level = Diagnosis::Level;

std::string_view level_text(Level level) {
  switch (level) {
    case Level::kGood:
      return "good";
    case Level::kNote:
      return "note";
    case Level::kProblem:
      return "problem";
  }
  return "problem";
}

std::vector<std::string> groups_of(const Report& report) {
  std::vector<std::string> groups;
  for (const Diagnosis& entry : report) {
    if (std::find(groups.begin(), groups.end(), entry.group) == groups.end())
      groups.push_back(entry.group);
  }
  return groups;
}

}  // namespace

bool has_problem(const Report& report) {
  return std::any_of(report.begin(), report.end(),
                     [](const Diagnosis& entry) { return entry.level == Level::kProblem; });
}

std::string report_text(const Report& report) {
  std::string text;
  for (const std::string& group : groups_of(report)) {
    std::vector<HelpLine> lines;
    for (const Diagnosis& entry : report) {
      if (entry.group != group) continue;
      std::string right = entry.level == Level::kProblem ? "PROBLEM: " + entry.value : entry.value;
      if (!entry.advice.empty()) right += (right.empty() ? "" : "; ") + entry.advice;
      lines.push_back({entry.name, std::move(right)});
    }
    text += group + ":\n" + two_columns(lines) + "\n";
  }
  const auto problems = std::count_if(report.begin(), report.end(), [](const Diagnosis& entry) {
    return entry.level == Level::kProblem;
  });
  if (problems == 0) return text + "Everything that is installed can be used.\n";
  return text + std::to_string(problems) + (problems == 1 ? " problem.\n" : " problems.\n");
}

Value report_value(const Report& report) {
  Value::Array list;
  for (const Diagnosis& entry : report) {
    Value item;
    item.set("group", entry.group);
    item.set("name", entry.name);
    item.set("value", entry.value);
    item.set("level", level_text(entry.level));
    item.set("advice", entry.advice);
    list.push_back(std::move(item));
  }
  Value out;
  out.set("usable", !has_problem(report));
  out.set("report", Value(std::move(list)));
  return out;
}

}  // namespace nnflow::cli
