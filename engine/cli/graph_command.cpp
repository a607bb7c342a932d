// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>
#include <optional>
#include <string>

#include <nnflow/artifact.hpp>

#include "cli.hpp"
#include "graph/dot.hpp"
#include "pipeline_call.hpp"
#include "plugin/plugin_set.hpp"

namespace nnflow::cli {
namespace {

namespace fs = std::filesystem;

struct GraphOptions {
  fs::path out;
  fs::path run;
};

OwnOptions own_options(GraphOptions& options) {
  return {{"--out", "--run"}, [&options](CLI::App& app) {
            app.add_option("--out", options.out);
            app.add_option("--run", options.run);
          }};
}

/// The run whose resolved pipeline is drawn when no pipeline is named.
fs::path run_of(const Words& words) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == "--run" && i + 1 < words.size()) return words[i + 1];
    if (words[i].starts_with("--run=")) return words[i].substr(6);
  }
  return {};
}

/// The pipeline to draw; its name is taken out of the words.
std::optional<PipelineEntry> take_target(const PipelineIndex& index, Words& words) {
  const std::size_t at = target_position(words, {"--out", "--run"});
  if (at < words.size()) {
    const std::string name = words[at];
    words.erase(words.begin() + static_cast<std::ptrdiff_t>(at));
    return find_pipeline(index, "graph", name);
  }
  const bool help = std::find(words.begin(), words.end(), "--help") != words.end() ||
                    std::find(words.begin(), words.end(), "-h") != words.end();
  if (help) return std::nullopt;
  const fs::path run = run_of(words);
  if (run.empty())
    throw UsageError("graph", "the pipeline to draw is missing: nnflow graph FILE|NAME [options]");
  return PipelineEntry{"graph", run / "pipeline.resolved.yaml"};
}

void write(const std::string& dot, const fs::path& out) {
  if (out.empty()) {
    std::fputs(dot.c_str(), stdout);
  } else if (out.extension() == ".svg") {
    write_svg(dot, out);
  } else if (out.extension() == ".dot" || out.extension() == ".gv") {
    Artifact(out).write_and_commit(dot);
  } else {
    throw UsageError("graph",
                     "--out " + out.string() + ": expected a file that ends with .dot or .svg");
  }
}

}  // namespace

std::vector<HelpLine> graph_options() {
  return {{"--out FILE", "write FILE, which ends with .dot or (drawn by Graphviz) .svg"},
          {"--run DIR", "say what every stage did in the run that this folder is the record of"},
          {"--set PATH=VALUE", "as for running"},
          {"--with FILE", "as for running"},
          {"--until STAGE", "draw this stage and what it depends on, nothing else"},
          {"--plugin-dir DIR", "look for plugins here first"},
          {"-h, --help", "show this help"}};
}

int graph_command(const Words& words) {
  const PipelineIndex index;
  Words rest = words;
  const auto entry = take_target(index, rest);
  const auto print_help = [] {
    std::fputs(
        command_help("graph",
                     "Prints the pipeline in Graphviz's language DOT. The options of the "
                     "pipeline itself are taken too;\nrequired ones may be left out. Without "
                     "a pipeline, --run draws the one that ran.\n")
            .c_str(),
        stdout);
    return kOk;
  };
  if (!entry) return print_help();
  GraphOptions options;
  auto call = read_call(entry->file, "graph", rest, index, own_options(options));
  if (!call) return kFindings;
  if (call->common.help) return print_help();
  call->resolve.open_required = true;
  runtime::Findings findings;
  const runtime::PluginSet plugins(runtime::PluginSet::default_search(call->common.plugin_dirs));
  const auto pipeline = runtime::resolve_pipeline(entry->file, call->resolve, plugins, findings);
  if (pipeline == nullptr) return print_findings(findings);
  std::optional<RunFigures> figures;
  if (!options.run.empty()) figures = read_run_figures(options.run);
  write(dot_text(*pipeline, figures ? &*figures : nullptr), options.out);
  return kOk;
}

}  // namespace nnflow::cli
