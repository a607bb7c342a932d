// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline_call.hpp"

#include <algorithm>
#include <cstdio>

#include "pipeline/compose.hpp"
#include "var_options.hpp"

namespace nnflow::cli {
namespace {

bool is_help(const std::string& word) { return word == "-h" || word == "--help"; }

/// Whether an option of every pipeline takes a value.
bool takes_value(const std::string& word) {
  const std::vector<HelpLine> lines = common_help();
  return std::any_of(lines.begin(), lines.end(), [&word](const HelpLine& line) {
    return line.left.size() > word.size() && line.left.starts_with(word) &&
           line.left[word.size()] == ' ';
  });
}

/// The values of flags as they are typed. A variable that chooses an import can bring options, so
/// it is looked for before the words are checked.
std::vector<runtime::VarText> typed_values(const std::vector<runtime::VarSpec>& vars,
                                           const Words& words) {
  std::vector<runtime::VarText> typed;
  for (const runtime::VarSpec& spec : vars) {
    if (spec.type.is_list || spec.type.base == runtime::VarType::Base::kBool) continue;
    for (const std::string& flag : var_flags(spec).takes_words) {
      for (std::size_t i = 0; i < words.size(); ++i) {
        if (words[i].starts_with(flag + "=")) {
          typed.push_back({spec.name, {words[i].substr(flag.size() + 1)}, flag});
        } else if (words[i] == flag && i + 1 < words.size()) {
          typed.push_back({spec.name, {words[i + 1]}, flag});
        }
      }
    }
  }
  return typed;
}

}  // namespace

std::size_t target_position(const Words& words, const std::set<std::string>& own) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i].empty() || words[i][0] != '-') return i;
    if (is_help(words[i])) break;
    if (own.contains(words[i]) || takes_value(words[i])) ++i;
  }
  return words.size();
}

PipelineEntry find_pipeline(const PipelineIndex& index,
                            const std::string& command,
                            const std::string& name) {
  if (auto entry = index.find_or_file(name)) return *std::move(entry);
  const std::vector<std::string> names = index.names();
  throw UsageError(command, "no pipeline \"" + name + "\"" + runtime::suggestion(name, names));
}

int print_findings(const runtime::Findings& findings) {
  std::fputs(runtime::format_findings(findings).c_str(), stderr);
  return kFindings;
}

std::optional<PipelineCall> read_call(const std::filesystem::path& file,
                                      const std::string& command,
                                      const Words& words,
                                      const PipelineIndex& index,
                                      const OwnOptions& own) {
  PipelineCall call;
  call.file = file;
  runtime::Findings findings;
  const runtime::Document document =
      runtime::compose(file, runtime::shown_path(file), {}, index.search(), findings);
  if (!runtime::has_errors(findings)) call.vars = runtime::read_vars(document, findings);
  if (runtime::Overrides typed{{}, {}, typed_values(call.vars, words)}; !typed.vars.empty()) {
    const runtime::Document chosen =
        runtime::compose(file, runtime::shown_path(file), typed, index.search(), findings);
    if (!runtime::has_errors(findings)) call.vars = runtime::read_vars(chosen, findings);
  }
  if (runtime::has_errors(findings)) {
    print_findings(findings);
    return std::nullopt;
  }
  App app;
  if (own.add) own.add(app);
  VarOptions var_options(app, call.vars, own.names);
  call.common.add_to(app, var_options.names());
  parse_words(app, command, var_options.map_words(words), var_options.single_dash());
  for (const runtime::VarText& given : var_options.given()) {
    const auto spec = std::find_if(call.vars.begin(), call.vars.end(),
                                   [&](const auto& var) { return var.name == given.name; });
    if (spec != call.vars.end() && spec->required && given.words == Words{""}) {
      throw UsageError(command, given.origin + " is empty, expected a value: " + spec->doc);
    }
  }

  call.resolve.overrides = {call.common.with, call.common.set, var_options.given()};
  call.resolve.search = index.search();
  call.resolve.shown_as = runtime::shown_path(file);
  call.resolve.seed = call.common.seed;
  call.resolve.threads = call.common.threads;
  call.resolve.until = call.common.until;
  return call;
}

}  // namespace nnflow::cli
