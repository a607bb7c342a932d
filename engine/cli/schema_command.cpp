// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "cli.hpp"
#include "common_options.hpp"
#include "pipeline/stage_schema.hpp"
#include "plugin/plugin_set.hpp"

namespace nnflow::cli {

int schema_command(const Words& words) {
  App app;
  QueryOptions query;
  query.add_to(app);
  parse_words(app, "schema", words);
  if (query.help) {
    std::fputs(command_help("schema", "The schema is JSON with or without --json.\n").c_str(),
               stdout);
    return kOk;
  }
  const runtime::PluginSet plugins(runtime::PluginSet::default_search(query.plugin_dirs));
  std::fputs(runtime::indented_json(runtime::stages_schema(plugins)).c_str(), stdout);
  return kOk;
}

}  // namespace nnflow::cli
