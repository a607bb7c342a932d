// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <nnflow/elements.hpp>

#include "document.hpp"
#include "vars.hpp"

namespace nnflow::runtime {

using VarValues = std::map<std::string, Value, std::less<>>;

/// How a document's variables are filled.
struct SubstituteOptions {
  std::set<std::string>
      literal;  ///< variables whose value is final text: no `${...}` inside is looked at
  bool is_template = false;    ///< values may hold `${each.NAME}` and are then not checked
  bool open_required = false;  ///< a required variable without a value becomes `${each.NAME}`
};

/// Resolves every variable (defaults may use other variables; a cycle is a finding) and checks its
/// type.
[[nodiscard]] VarValues resolve_vars(const Document& document,
                                     const std::vector<VarSpec>& specs,
                                     const SubstituteOptions& options,
                                     Findings& findings);

/// Replaces `${var}` and `${env:NAME}` (`${env:NAME:-text}` with a default) in all scalars outside
/// `vars`. A scalar that is only `${var}` takes the variable's value with its type; `$${` stands
/// for `${`. `${each.NAME}` stays, and is allowed only in `params` and `stages` of a stage with
/// `foreach`.
void substitute_vars(Document& document, const VarValues& values, Findings& findings);

/// Fills `${each.NAME}` in a tree; unknown names are added to `unknown`.
[[nodiscard]] Value substitute_each(const Value& tree,
                                    const Element& element,
                                    std::set<std::string>& unknown);
/// Whether some scalar of the tree still holds `${each.`.
[[nodiscard]] bool has_each(const Value& tree);
/// Writes `${` as `$${` in all scalars, so that substitution gives the tree back; `${each.` stays.
[[nodiscard]] Value escape_references(const Value& tree);

}  // namespace nnflow::runtime
