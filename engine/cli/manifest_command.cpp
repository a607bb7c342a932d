// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli.hpp"
#include "common_options.hpp"
#include "plugin/manifest.hpp"

namespace nnflow::cli {

int manifest_command(const Words& words) {
  App app;
  std::filesystem::path library;
  std::filesystem::path out;
  app.add_option("library", library)->required();
  app.add_option("-o,--out", out);
  std::vector<std::string> needs;
  app.add_option("--need", needs)
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  parse_words(app, "manifest", words);
  library = std::filesystem::absolute(library);
  if (out.empty()) out = runtime::manifest_path(library);
  runtime::write_manifest(library, out, needs);
  return kOk;
}

}  // namespace nnflow::cli
