// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace nnflow::io {

/// Names of the plain files with an ending, sorted, without it. Throws Error(kIo) naming the
/// folder.
[[nodiscard]] std::vector<std::string> names_in(const std::filesystem::path& folder,
                                                const std::string& ending);

/// The names of `names` that are not in `others`; both sorted.
[[nodiscard]] std::vector<std::string> without(const std::vector<std::string>& names,
                                               const std::vector<std::string>& others);

/// Throws Error(kIo) with `complaint` and the names of `wanted` that are not in `present`; both
/// sorted.
void require_all(const std::vector<std::string>& wanted,
                 const std::vector<std::string>& present,
                 const std::string& complaint);

/// The names, each after a blank.
[[nodiscard]] std::string joined(const std::vector<std::string>& names);

}  // namespace nnflow::io
