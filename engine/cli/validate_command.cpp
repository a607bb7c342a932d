// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <string>

#include "cli.hpp"
#include "common_options.hpp"
#include "pipeline/compose.hpp"
#include "pipeline/validate.hpp"
#include "pipeline_call.hpp"
#include "pipeline_index.hpp"
#include "plugin/plugin_set.hpp"

namespace nnflow::cli {
namespace {

Value to_value(const runtime::Findings& findings) {
  Value::Array list;
  for (const runtime::Finding& finding : findings) {
    Value entry;
    entry.set("file", finding.file);
    entry.set("line", finding.line);
    entry.set("column", finding.column);
    entry.set("severity", finding.severity == runtime::Severity::kError ? "error" : "warning");
    entry.set("path", finding.path);
    entry.set("message", finding.message);
    entry.set("note", finding.note);
    list.push_back(std::move(entry));
  }
  return Value(std::move(list));
}

}  // namespace

std::vector<HelpLine> validate_options() {
  return {{"--resolved", "print the resolved pipeline as YAML"},
          {"--set PATH=VALUE", "as for running"},
          {"--with FILE", "as for running"},
          {"--threads N", "as for running"},
          {"--seed N", "as for running"},
          {"--until STAGE", "as for running"},
          {"--plugin-dir DIR", "look for plugins here first"},
          {"--quiet", "only the exit code and errors"},
          {"--json", "print the findings as JSON"},
          {"-h, --help", "show this help"}};
}

int validate_command(const Words& words) {
  App app;
  CommonOptions common;
  std::vector<std::string> targets;
  bool resolved = false;
  app.add_option("pipeline", targets);
  app.add_flag("--resolved", resolved);
  common.add_to(app, {"--run-dir", "--force", "-n", "--dry-run", "--log-level"});
  parse_words(app, "validate", words);
  if (common.help) {
    std::fputs(command_help("validate",
                            "Required variables without a value stay open, but with --resolved. "
                            "Exit code 0: the pipeline is good; 1: findings.\n")
                   .c_str(),
               stdout);
    return kOk;
  }
  if (targets.size() != 1)
    throw UsageError("validate", "expected one pipeline: nnflow validate FILE|NAME");
  const PipelineIndex index;
  const PipelineEntry entry = find_pipeline(index, "validate", targets[0]);
  runtime::ResolveOptions options;
  options.overrides = {common.with, common.set, {}};
  options.search = index.search();
  options.shown_as = runtime::shown_path(entry.file);
  options.open_required = !resolved;  // the resolved pipeline has every value
  options.until = common.until;
  options.seed = common.seed;
  options.threads = common.threads;
  const runtime::PluginSet plugins(runtime::PluginSet::default_search(common.plugin_dirs));
  runtime::Findings findings;
  const auto pipeline = runtime::resolve_pipeline(entry.file, options, plugins, findings);
  if (common.json) {
    Value out;
    out.set("valid", pipeline != nullptr);
    out.set("findings", to_value(findings));
    if (pipeline != nullptr && resolved) out.set("resolved", pipeline->document);
    std::printf("%s\n", out.to_json().c_str());
  } else {
    std::fputs(runtime::format_findings(findings).c_str(), stderr);
    if (pipeline != nullptr && resolved) {
      std::fputs(pipeline->to_yaml().c_str(), stdout);
    } else if (pipeline != nullptr && !common.quiet) {
      std::printf("%s: good, stages: %zu, phases: %zu\n", runtime::shown_path(entry.file).c_str(),
                  pipeline->stages.size(), pipeline->phases.size());
    }
  }
  return pipeline == nullptr ? kFindings : kOk;
}

}  // namespace nnflow::cli
