// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <nnflow/runtime/finding.hpp>

namespace nnflow::runtime {

using nnflow::Finding;
using nnflow::Findings;
using nnflow::format_finding;
using nnflow::format_findings;
using nnflow::has_errors;
using nnflow::Severity;

/// Number of single-character insertions, deletions, replacements and swaps of neighbours between
/// two words.
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

/// The candidate nearest to `word`, whatever the case of the letters; else the shortest one that
/// holds a `word` of four letters or more. "" when none is near enough to be a likely misspelling
/// (more than a third of the longer word differs).
[[nodiscard]] std::string nearest_name(std::string_view word,
                                       std::span<const std::string> candidates);

/// `; did you mean "NAME"?` for the nearest candidate, or "".
[[nodiscard]] std::string suggestion(std::string_view word,
                                     std::span<const std::string> candidates);

}  // namespace nnflow::runtime
