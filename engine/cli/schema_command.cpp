// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "cli.hpp"
#include "common_options.hpp"
#include "pipeline/stage_schema.hpp"
#include "plugin/plugin_set.hpp"

namespace nnflow::cli {

int schema_command(const Words& words) {
  App app;
  std::vector<std::filesystem::path> plugin_dirs;
  bool help = false;
  app.add_option("--plugin-dir", plugin_dirs)
      ->expected(1)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  app.add_flag("-h,--help", help);
  parse_words(app, "schema", words);
  if (help) {
    std::fputs(
        "nnflow schema: print the JSON Schema of all stages' parameters, for editors\n\n"
        "usage: nnflow schema [--plugin-dir DIR]\n",
        stdout);
    return kOk;
  }
  const runtime::PluginSet plugins(runtime::PluginSet::default_search(plugin_dirs));
  std::fputs(runtime::indented_json(runtime::stages_schema(plugins)).c_str(), stdout);
  return kOk;
}

}  // namespace nnflow::cli
