// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cctype>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include <nnflow/artifact.hpp>
#include <nnflow/error.hpp>

#include "cli.hpp"
#include "common_options.hpp"
#include "plugin/plugin_set.hpp"

namespace nnflow::cli {
namespace {

namespace fs = std::filesystem;

/// The template is a plugin of this name, complete and tested; its name is replaced.
constexpr const char* kTemplateName = "scaffold";
constexpr const char* kTemplateClass = "Scaffold";

fs::path template_folder() {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  const fs::path folder =
      program.parent_path().parent_path() / "share" / "nnflow" / "templates" / "plugin";
  if (!fs::is_directory(folder, error)) {
    throw Error(ErrorCode::kIo,
                folder.string() + ": no such folder; it is installed with the component sdk");
  }
  return folder;
}

bool is_name(const std::string& text) {
  return !text.empty() && std::islower(static_cast<unsigned char>(text[0])) != 0 &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) {
           return std::islower(c) != 0 || std::isdigit(c) != 0 || c == '_';
         });
}

/// my_filter -> MyFilter
std::string class_name(const std::string& name) {
  std::string text;
  bool upper = true;
  for (const char c : name) {
    if (c != '_')
      text += upper ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
    upper = c == '_';
  }
  return text;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

/// A file of the template without its licence lines, which are not those of the new plugin.
std::string read(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  for (std::string line; std::getline(stream, line);) {
    if (line.find("SPDX-") == std::string::npos) text << line << '\n';
  }
  if (!stream.eof()) throw Error(ErrorCode::kIo, file.string() + ": cannot be read");
  return text.str();
}

void write_project(const std::string& name, const fs::path& out) {
  const auto renamed = [&name](const std::string& text) {
    return replaced(replaced(text, kTemplateName, name), kTemplateClass, class_name(name));
  };
  const fs::path from = template_folder();
  std::error_code none;
  if (fs::exists(out, none) && !fs::is_empty(out, none))
    throw Error(ErrorCode::kIo, out.string() + ": is there already; give another --out DIR");
  for (const auto& entry : fs::recursive_directory_iterator(from)) {
    if (!entry.is_regular_file()) continue;
    const std::string relative = entry.path().lexically_relative(from).string();
    Artifact(out / renamed(relative)).write_and_commit(renamed(read(entry.path())));
  }
}

}  // namespace

std::vector<HelpLine> new_plugin_options() {
  return {{"--out DIR", "folder of the project (default ./NAME)"},
          {"-h, --help", "show this help"}};
}

int new_plugin_command(const Words& words) {
  App app;
  std::vector<std::string> names;
  fs::path out;
  bool help = false;
  app.add_option("name", names);
  app.add_option("--out", out);
  app.add_flag("-h,--help", help);
  parse_words(app, "new-plugin", words);
  if (help) {
    std::fputs(
        command_help("new-plugin",
                     "Writes a project with a kernel, a stage that calls it, their tests and "
                     "a pipeline. It builds against the\ninstalled package.\n")
            .c_str(),
        stdout);
    return kOk;
  }
  if (names.size() != 1) throw UsageError("new-plugin", "expected the name of the plugin");
  const std::string& name = names[0];
  if (!is_name(name)) {
    throw UsageError("new-plugin", "\"" + name +
                                       "\": expected a name of lower-case letters, digits and _ "
                                       "that begins with a letter");
  }
  const runtime::PluginSet plugins(runtime::PluginSet::default_search({}));
  if (plugins.manifests().contains(name))
    throw UsageError("new-plugin", "there is a plugin \"" + name + "\" already; take another name");
  if (out.empty()) out = name;
  write_project(name, out);
  std::error_code error;
  const fs::path prefix = fs::read_symlink("/proc/self/exe", error).parent_path().parent_path();
  std::printf(
      "%s: written; build and test it with\n"
      "  cmake -S %s -B %s/build -DCMAKE_PREFIX_PATH=%s\n"
      "  cmake --build %s/build && ctest --test-dir %s/build --output-on-failure\n",
      out.c_str(), out.c_str(), out.c_str(), prefix.c_str(), out.c_str(), out.c_str());
  return kOk;
}

}  // namespace nnflow::cli
