// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "library_options.hpp"

#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>

#include "plugin/external_library.hpp"
#include "plugin/plugin_set.hpp"

namespace nnflow::cli {
namespace {

std::map<std::string, runtime::ExternalLibrary> known_libraries() {
  std::vector<std::string> ignored;  // the commands that open plugins report them
  return runtime::find_external_libraries(runtime::PluginSet::default_search({}), ignored);
}

}  // namespace

void take_library_options(Words& words) {
  for (const auto& [name, library] : known_libraries()) {
    const std::string option = "--" + library.option;
    for (auto word = words.begin(); word != words.end();) {
      if (*word == "--") break;
      std::string folder;
      auto end = word + 1;
      if (word->starts_with(option + "=")) {
        folder = word->substr(option.size() + 1);
      } else if (*word != option) {
        ++word;
        continue;
      } else if (end != words.end() && !end->starts_with("-")) {
        folder = *end++;
      }
      if (folder.empty()) throw UsageError("", option + " needs a value");
      const std::string absolute = std::filesystem::absolute(folder).lexically_normal().string();
      ::setenv(library.environment.c_str(), absolute.c_str(), 1);  // NOLINT(concurrency-mt-unsafe)
      word = words.erase(word, end);
    }
  }
}

std::vector<HelpLine> library_options() {
  std::vector<HelpLine> lines;
  for (const auto& [name, library] : known_libraries()) {
    lines.push_back({"--" + library.option + " DIR", "folder of " + library.title + " " +
                                                         library.version + " (default: $" +
                                                         library.environment + ")"});
  }
  return lines;
}

}  // namespace nnflow::cli
