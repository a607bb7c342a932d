// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli.hpp"
#include "pipeline/vars.hpp"

namespace nnflow::cli {

/// How a variable is written on the command line: every spelling of its flags.
struct VarFlags {
  std::vector<std::string> takes_words;                         ///< "-d", "--dataset", "-tr"
  std::vector<std::pair<std::string, std::string>> sets_value;  ///< {"--disable_tta", "false"}
};
[[nodiscard]] VarFlags var_flags(const runtime::VarSpec& spec);

/// The options of a pipeline's variables on an application.
class VarOptions {
 public:
  /// `reserved` are spellings that the application has already; variables do without them.
  VarOptions(CLI::App& app,
             const std::vector<runtime::VarSpec>& specs,
             const std::set<std::string>& reserved = {});
  VarOptions(const VarOptions&) = delete;
  VarOptions& operator=(const VarOptions&) = delete;

  /// Flags that the variables took and the reserved ones, in the spelling given to the application.
  [[nodiscard]] const std::set<std::string>& names() const { return names_; }
  /// "-tr" as "--tr": words with one dash and several letters that are flags of a variable.
  [[nodiscard]] Words map_words(const Words& words) const;
  [[nodiscard]] const std::set<std::string>& single_dash() const { return single_dash_; }
  /// What the user gave, after parsing.
  [[nodiscard]] std::vector<runtime::VarText> given() const;

 private:
  struct Slot {
    std::string name;
    std::string origin;
    std::vector<std::string> words;
    CLI::Option* option = nullptr;  ///< null when all its spellings are taken
    CLI::Option* positional = nullptr;
    std::vector<std::string> positional_words;
    std::vector<std::pair<CLI::Option*, std::string>> setters;
  };
  void add(CLI::App& app, const runtime::VarSpec& spec);

  std::vector<std::unique_ptr<Slot>> slots_;  // options point into them
  std::set<std::string> names_;
  std::set<std::string> single_dash_;
};

}  // namespace nnflow::cli
