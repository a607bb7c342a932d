// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "compose.hpp"
#include "document.hpp"

namespace nnflow::runtime {

/// Type of a variable: string, path, int, number, bool, size, duration, or a list of one of them,
/// `number[3]` of fixed and `string[]` of any length.
struct VarType {
  enum class Base { kString, kPath, kInt, kNumber, kBool, kSize, kDuration };
  Base base = Base::kString;
  bool is_list = false;
  std::optional<std::size_t> count;  ///< length of a list; absent = any

  [[nodiscard]] static std::optional<VarType> parse(std::string_view text);
  [[nodiscard]] std::string text() const;
};

/// One declared variable.
struct VarSpec {
  std::string name;
  VarType type;
  std::optional<Value> default_value;  ///< after imports and overrides; may hold `${...}`
  bool required = false;
  bool positional = false;
  bool each = false;   ///< several values on the command line are runs one after the other
  bool apart = false;  ///< runs with other values than the default keep their records apart
  std::vector<std::string> flags;  ///< "-d", "--dataset", "--disable_tta=false" (takes no word)
  std::vector<Value> choices;
  std::string doc;
};

/// Reads the `vars` block. Wrong declarations are findings.
[[nodiscard]] std::vector<VarSpec> read_vars(const Document& document, Findings& findings);

/// What is wrong with a value ("expected int, got \"many\""), or "". Converts in place where
/// nothing is lost: 1e3 to an integer, a single value to a list of any length.
[[nodiscard]] std::string check_var_value(const VarSpec& spec, Value& value);

/// The words of a command-line flag as a value of the variable's type; `problem` is empty on
/// success.
struct VarWords {
  Value value;
  std::string problem;
};
[[nodiscard]] VarWords parse_var_words(const VarSpec& spec, const std::vector<std::string>& words);

}  // namespace nnflow::runtime
