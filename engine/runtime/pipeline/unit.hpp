// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "compose.hpp"
#include "substitute.hpp"
#include "vars.hpp"

namespace nnflow::runtime {

/// One pipeline file after passes 1 to 4: composed, its variables filled, its shape checked.
struct Unit {
  std::filesystem::path file;  ///< absolute
  std::string shown_as;
  Document document;
  std::vector<VarSpec> vars;
  VarValues values;
  bool is_template = false;  ///< values may still hold `${each.NAME}`
  std::vector<std::filesystem::path>
      ancestors;  ///< files of the pipelines around this one, outermost first

  [[nodiscard]] const Value& stages() const { return *document.root.find("stages"); }
};

/// What a pipeline that is used as a stage gets from the stage.
struct UnitInput {
  const Document* outer = nullptr;  ///< document of the using pipeline; null at the top
  std::string pointer;              ///< pointer to the stage there
  Value params;                     ///< object: variable -> final value
  bool is_template = false;
  bool open_required = false;  ///< a required variable without a value stays open; makes a template
  std::vector<std::filesystem::path> ancestors;
};

/// Passes 1 to 4. Null after findings with errors.
[[nodiscard]] std::shared_ptr<const Unit> load_unit(const std::filesystem::path& file,
                                                    const std::string& shown_as,
                                                    const Overrides& overrides,
                                                    const SearchPath& search,
                                                    const UnitInput& input,
                                                    Findings& findings);

}  // namespace nnflow::runtime
