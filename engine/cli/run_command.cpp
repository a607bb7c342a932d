// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>

#include <nnflow/error.hpp>

#include "cli.hpp"
#include "common_options.hpp"
#include "pipeline/validate.hpp"
#include "pipeline_call.hpp"
#include "pipeline_help.hpp"
#include "pipeline_index.hpp"
#include "plugin/plugin_set.hpp"
#include "run_session.hpp"
#include "var_options.hpp"

namespace nnflow::cli {
namespace {

void print(std::FILE* stream, const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stream);
}

/// A required variable that no flag, `--set` or file gives is a mistake of the command line.
void check_required(const std::string& name,
                    const std::vector<runtime::VarSpec>& vars,
                    const runtime::Overrides& overrides) {
  if (!overrides.with.empty()) return;  // such a file may give them; resolving reports what is left
  std::string missing;
  for (const runtime::VarSpec& spec : vars) {
    if (!spec.required || spec.default_value) continue;
    const bool given =
        std::any_of(overrides.vars.begin(), overrides.vars.end(),
                    [&spec](const runtime::VarText& text) { return text.name == spec.name; });
    const bool set =
        std::any_of(overrides.set.begin(), overrides.set.end(), [&spec](const std::string& text) {
          return text.starts_with("vars." + spec.name + "=") ||
                 text.starts_with("vars." + spec.name + ".");
        });
    if (given || set) continue;
    const std::string flag = spec.positional ? spec.name : var_flags(spec).takes_words.front();
    missing +=
        (missing.empty() ? "" : ", ") + flag + (spec.doc.empty() ? "" : " (" + spec.doc + ")");
  }
  if (!missing.empty()) throw UsageError(name, "required: " + missing);
}

/// The calls that a call with several values of a variable that takes them one by one (`each`)
/// stands for. The record of each has a folder of its own where the folder is given.
std::vector<PipelineCall> one_by_one(const PipelineCall& call) {
  for (const runtime::VarSpec& spec : call.vars) {
    if (!spec.each) continue;
    const auto& given = call.resolve.overrides.vars;
    const auto found = std::find_if(given.begin(), given.end(),
                                    [&](const auto& text) { return text.name == spec.name; });
    if (found == given.end() || found->words.size() < 2) continue;
    std::vector<PipelineCall> calls;
    for (const std::string& word : found->words) {
      PipelineCall one = call;
      one.resolve.overrides.vars[static_cast<std::size_t>(found - given.begin())].words = {word};
      if (!one.common.run_dir.empty()) {
        const std::filesystem::path folder = std::filesystem::path(word + "/").lexically_normal();
        one.common.run_dir =
            std::filesystem::path(one.common.run_dir) / folder.parent_path().filename();
      }
      calls.push_back(std::move(one));
    }
    return calls;
  }
  return {call};
}

int run_call(const PipelineCall& call, const std::string& name) {
  const CommonOptions& common = call.common;
  runtime::Findings findings;
  runtime::PluginSet plugins(runtime::PluginSet::default_search(common.plugin_dirs));
  const auto pipeline = runtime::resolve_pipeline(call.file, call.resolve, plugins, findings);
  if (pipeline == nullptr) return print_findings(findings);
  for (const std::string& stage : common.force) {
    if (stage == "*" || pipeline->find_stage(stage)) continue;
    // Inside a foreach; its stages are known when it runs.
    const bool inside = std::any_of(
        pipeline->stages.begin(), pipeline->stages.end(),
        [&stage](const auto& known) { return known.foreach && stage.starts_with(known.id + "/"); });
    if (inside) continue;
    std::vector<std::string> ids;
    for (const auto& known : pipeline->stages) ids.push_back(known.id);
    throw UsageError(name,
                     "--force " + stage + ": no such stage" + runtime::suggestion(stage, ids));
  }
  const std::filesystem::path run_dir = common.run_dir.empty()
                                            ? default_run_dir(*pipeline, call.vars)
                                            : std::filesystem::absolute(common.run_dir);
  return run_session(*pipeline, plugins, name, common, run_dir);
}

}  // namespace

int pipeline_command(const std::filesystem::path& file,
                     const std::string& name,
                     const Words& words) {
  const PipelineIndex index;
  const auto call = read_call(file, name, words, index);
  if (!call) return kFindings;
  const CommonOptions& common = call->common;
  if (common.help) {
    print(stdout, pipeline_help(name, file, read_head(file), call->vars));
    return kOk;
  }
  check_required(name, call->vars, call->resolve.overrides);
  int code = kOk;
  for (const PipelineCall& one : one_by_one(*call)) {
    const int ended = run_call(one, name);
    if (ended != kOk && ended != kItemsSkipped) return ended;
    code = std::max(code, ended);
  }
  return code;
}

int run_command(const Words& words) {
  const std::size_t at = target_position(words);
  if (at == words.size()) {
    const bool help = std::find(words.begin(), words.end(), "--help") != words.end() ||
                      std::find(words.begin(), words.end(), "-h") != words.end();
    if (!help)
      throw UsageError("run", "the pipeline to run is missing: nnflow run FILE|NAME [options]");
    print(stdout,
          command_help("run", "nnflow run FILE --help shows the options of that pipeline.\n"));
    return kOk;
  }
  const PipelineIndex index;
  const PipelineEntry entry = find_pipeline(index, "run", words[at]);
  Words rest(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(at));
  rest.insert(rest.end(), words.begin() + static_cast<std::ptrdiff_t>(at) + 1, words.end());
  return pipeline_command(entry.file, "run " + words[at], rest);
}

}  // namespace nnflow::cli
