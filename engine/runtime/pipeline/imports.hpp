// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "compose.hpp"
#include "document.hpp"

namespace nnflow::runtime {

/// A value that a variable has whatever the files say, and where it was given (a flag as typed; ""
/// for the stage that uses the pipeline).
struct GivenValue {
  Value value;
  std::string origin;
};
using GivenValues = std::map<std::string, GivenValue, std::less<>>;

/// The values that `overrides` (lowest first: `with`, `set`, `vars`) and the parameters of the
/// stage that uses the pipeline give. Values that are still open (`${each.NAME}`) are left out.
[[nodiscard]] GivenValues given_values(const Overrides& overrides, const Value& params);

/// Adds the defaults of the variables of a file, unless they are given already.
void add_defaults(const Value& root, GivenValues& given);

/// The folders where a relative path that `folder`'s file names is looked for, first to last.
[[nodiscard]] std::vector<std::filesystem::path> places(const std::filesystem::path& folder,
                                                        const SearchPath& search);

/// An import whose file name holds variables: `trainers/${trainer}.yaml`.
struct ChosenImport {
  std::string path;           ///< with the values in place; "" after a finding
  std::string variable;       ///< the only variable of the file name, or ""
  std::string value;          ///< of this variable
  std::string origin;         ///< where the value was given
  std::string folder;         ///< of the entry
  std::string before, after;  ///< the file name round the variable
};

/// Fills the variables of `entry`, an import of `document` at `pointer`. `document` declares the
/// variables: the file over the imports before this one. A value is the name of a file and so
/// holds no "/".
[[nodiscard]] ChosenImport choose_import(const std::string& entry,
                                         const std::string& pointer,
                                         const Document& document,
                                         const GivenValues& given,
                                         Findings& findings);

/// The finding for a chosen file that is nowhere: names the values for which there is a file.
[[nodiscard]] Finding missing_import(const ChosenImport& chosen,
                                     const std::string& pointer,
                                     const Document& document,
                                     const std::vector<std::filesystem::path>& folders);

}  // namespace nnflow::runtime
