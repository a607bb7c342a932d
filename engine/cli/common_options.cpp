// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "common_options.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <filesystem>
#include <system_error>

#include "pipeline/finding.hpp"

namespace nnflow::cli {
namespace {

struct CommonHelp {
  const char* names;
  const char* value;
  const char* doc;
};

constexpr CommonHelp kHelp[] = {
    {"--set", "PATH=VALUE",
     "change anything in the pipeline: stages.NAME.params.KEY=VALUE, vars.NAME=VALUE, "
     "run.KEY=VALUE"},
    {"--with", "FILE", "merge a YAML file over the pipeline"},
    {"--run-dir", "DIR", "folder for the record of the run (default .nnflow in the output folder)"},
    {"--threads", "N", "worker threads of the process (default: the number of cores)"},
    {"--seed", "N", "seed of all random numbers (default 1234)"},
    {"--force", "STAGE", "run this stage again although its results are there"},
    {"--until", "STAGE", "run this stage and what it depends on, nothing else"},
    {"-n,--dry-run", "", "print what would run, and run nothing"},
    {"--plugin-dir", "DIR", "look for plugins here first"},
    {"--quiet", "", "no progress and no messages but errors"},
    {"--json", "", "print the result as JSON"},
    {"--log-level", "LEVEL", "debug, info, warning or error (default info)"},
    {"-h,--help", "", "show this help"},
};

std::string wrapped(const std::string& text, std::size_t indent, std::size_t width) {
  std::string out;
  std::size_t column = indent;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find_first_of(" \n", at), text.size());
    const std::size_t length = end - at;
    if (column > indent && column + 1 + length > width) {
      out += "\n" + std::string(indent, ' ');
      column = indent;
    }
    if (column > indent) {
      out += ' ';
      ++column;
    }
    out += text.substr(at, length);
    column += length;
    at = end + 1;
    if (end < text.size() && text[end] == '\n') {
      out += "\n" + std::string(indent, ' ');
      column = indent;
    }
  }
  return out;
}

/// Empty, or what is wrong. CLI11 itself takes the nearest possible number instead.
std::string check_seed(const std::string& text) {
  std::int64_t seed = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seed);
  if (error == std::errc() && end == text.data() + text.size() && seed >= 0) return "";
  return "expected a whole number from 0 to 9223372036854775807, got " + text;
}

void add_plugin_dirs(CLI::App& app, std::vector<std::filesystem::path>& folders) {
  app.add_option("--plugin-dir", folders)
      ->expected(1)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->check([](const std::string& text) {
        std::error_code unknown;
        return std::filesystem::is_directory(text, unknown) ? std::string()
                                                            : text + ": no such folder";
      });
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// The first word such as "-num_gpus": flags of that form that are known have two dashes here.
/// CLI11 would take its first letter for an option, and the rest for the value.
std::string first_unknown_long(const Words& words) {
  for (const std::string& word : words) {
    if (word == "--") break;
    if (word.size() > 2 && word[0] == '-' && is_letter(word[1]) && is_letter(word[2])) return word;
  }
  return "";
}

std::string first_unknown(const CLI::App& app) {
  for (const std::string& word : app.remaining()) {
    if (word.size() > 1 && word[0] == '-') return word;
  }
  return "";
}

}  // namespace

void CommonOptions::add_to(CLI::App& app, const std::set<std::string>& taken) {
  const auto free_names = [&taken](const std::string& names) {
    std::string free;
    std::size_t at = 0;
    while (at <= names.size()) {
      const std::size_t comma = std::min(names.find(',', at), names.size());
      const std::string name = names.substr(at, comma - at);
      if (!taken.contains(name)) free += (free.empty() ? "" : ",") + name;
      at = comma + 1;
    }
    return free;
  };
  const auto option = [&](const std::string& names, auto& target) {
    const std::string free = free_names(names);
    if (!free.empty())
      app.add_option(free, target)->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  };
  const auto list = [&](const std::string& names, auto& target) {
    const std::string free = free_names(names);
    if (!free.empty())
      app.add_option(free, target)
          ->expected(1)
          ->allow_extra_args(false)
          ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  };
  const auto flag = [&](const std::string& names, bool& target) {
    const std::string free = free_names(names);
    if (!free.empty()) app.add_flag(free, target);
  };
  list("--set", set);
  list("--with", with);
  option("--run-dir", run_dir);
  if (!taken.contains("--threads"))
    app.add_option("--threads", threads)->check(CLI::Range(1, 4096));
  if (!taken.contains("--seed")) app.add_option("--seed", seed)->check(check_seed);
  list("--force", force);
  option("--until", until);
  if (!taken.contains("--plugin-dir")) add_plugin_dirs(app, plugin_dirs);
  if (!taken.contains("--log-level")) {
    app.add_option("--log-level", log_level)
        ->check(CLI::IsMember({"debug", "info", "warning", "error"}));
  }
  flag("-n,--dry-run", dry_run);
  flag("--quiet", quiet);
  flag("--json", json);
  flag("-h,--help", help);
}

void QueryOptions::add_to(CLI::App& app) {
  add_plugin_dirs(app, plugin_dirs);
  app.add_flag("--json", json);
  app.add_flag("-h,--help", help);
}

std::vector<HelpLine> query_help() {
  return {{"--plugin-dir DIR", "look for plugins here first"},
          {"--json", "print the result as JSON"},
          {"-h, --help", "show this help"}};
}

std::vector<HelpLine> common_help() {
  std::vector<HelpLine> lines;
  for (const CommonHelp& entry : kHelp) {
    std::string names(entry.names);
    if (const std::size_t comma = names.find(','); comma != std::string::npos)
      names.insert(comma + 1, " ");
    if (*entry.value != '\0') names += std::string(" ") + entry.value;
    lines.push_back({std::move(names), entry.doc});
  }
  return lines;
}

std::string two_columns(const std::vector<HelpLine>& lines) {
  constexpr std::size_t kWidest = 38;
  constexpr std::size_t kWidth = 100;
  std::size_t left = 0;
  for (const HelpLine& line : lines) {
    if (line.left.size() <= kWidest) left = std::max(left, line.left.size());
  }
  const std::size_t indent = left + 4;
  std::string text;
  for (const HelpLine& line : lines) {
    text += "  " + line.left;
    if (!line.right.empty()) {
      if (line.left.size() > left) {
        text += "\n" + std::string(indent, ' ');
      } else {
        text += std::string(indent - 2 - line.left.size(), ' ');
      }
      text += wrapped(line.right, indent, kWidth);
    }
    text += "\n";
  }
  return text;
}

void parse_words(CLI::App& app,
                 const std::string& command,
                 const Words& words,
                 const std::set<std::string>& single_dash) {
  app.allow_extras();
  const auto spelled = [&single_dash](const std::string& name) {
    return name.starts_with("--") && single_dash.contains(name.substr(1)) ? name.substr(1) : name;
  };
  const auto refuse = [&](const std::string& unknown) {
    std::vector<std::string> names;
    for (const CLI::Option* option : app.get_options()) {
      for (const std::string& name : option->get_lnames()) names.push_back(spelled("--" + name));
    }
    const std::string word = unknown.substr(0, unknown.find('='));
    throw UsageError(command, "unknown option " + word + runtime::suggestion(word, names));
  };
  if (const std::string unknown = first_unknown_long(words); !unknown.empty()) refuse(unknown);
  Words reversed(words.rbegin(), words.rend());
  try {
    app.parse(reversed);
  } catch (const CLI::ArgumentMismatch& error) {
    const std::string text = error.what();
    throw UsageError(command, spelled(text.substr(0, text.find(':'))) + " needs a value");
  } catch (const CLI::ParseError& error) {
    throw UsageError(command, error.what());
  }
  const Words rest = app.remaining();
  if (rest.empty()) return;
  const std::string unknown = first_unknown(app);
  if (unknown.empty()) throw UsageError(command, "unexpected word \"" + rest.front() + "\"");
  refuse(unknown);
}

}  // namespace nnflow::cli
