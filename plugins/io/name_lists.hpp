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

/// Throws the Error(kIo) of a folder without segmentations, which names the endings that are there.
[[noreturn]] void no_segmentations(const std::filesystem::path& folder, const std::string& ending);

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

/// Throws Error(kIo) with the complaint, the names that are wanted and not present, both sorted,
/// and the advice.
void require_names(const std::vector<std::string>& wanted,
                   const std::vector<std::string>& present,
                   const std::string& complaint,
                   const std::string& advice = "");

/// The ending, with its dot, of the first file of a folder that is named like an image. Throws
/// Error(kIo) when there is none.
[[nodiscard]] std::string first_image_ending(const std::filesystem::path& folder);

}  // namespace nnflow::io
