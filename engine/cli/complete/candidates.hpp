// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "cli.hpp"

namespace nnflow::cli {

/// A word that can stand where the cursor is, and what it means.
struct Candidate {
  std::string word;
  std::string doc;
};

/// What the last of `words` (those after "nnflow") can be completed to. Nothing where any word or a
/// file is expected. Made from the descriptions of commands, pipelines and stages; never throws for
/// what the words say.
[[nodiscard]] std::vector<Candidate> candidates(const Words& words);

}  // namespace nnflow::cli
