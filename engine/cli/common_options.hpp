// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli.hpp"

namespace nnflow::cli {

/// An application without CLI11's own help flag: help texts are ours.
class App : public CLI::App {
 public:
  App() { set_help_flag(); }
};

/// Options that every pipeline command has.
struct CommonOptions {
  std::vector<std::string> set;
  std::vector<std::filesystem::path> with;
  std::filesystem::path run_dir;
  std::optional<int> threads;
  std::optional<std::int64_t> seed;
  std::vector<std::string> force;
  std::string until;
  std::vector<std::filesystem::path> plugin_dirs;
  std::string log_level = "info";
  bool dry_run = false;
  bool quiet = false;
  bool json = false;
  bool help = false;

  /// Adds the options to an application, but for spellings in `taken`.
  void add_to(CLI::App& app, const std::set<std::string>& taken);
};

[[nodiscard]] std::vector<HelpLine> common_help();

/// Options of the commands that tell what plugins have.
struct QueryOptions {
  std::vector<std::filesystem::path> plugin_dirs;
  bool json = false;
  bool help = false;

  /// Adds the options to an application.
  void add_to(CLI::App& app);
};
[[nodiscard]] std::vector<HelpLine> query_help();

/// Lines in two columns, the right one wrapped at 100 characters.
[[nodiscard]] std::string two_columns(const std::vector<HelpLine>& lines);

/// Parses `words`. What cannot be understood becomes a UsageError, with the nearest name for an
/// unknown option. `single_dash` are the flags such as "-tr" that the application knows as "--tr".
void parse_words(CLI::App& app,
                 const std::string& command,
                 const Words& words,
                 const std::set<std::string>& single_dash = {});

}  // namespace nnflow::cli
