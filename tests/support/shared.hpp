// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// Data that lies beside the source tree: golden results of the reference and real data sets.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

namespace nnflow::test {

/// The folder $NNFLOW_SHARED; without the variable, `../shared` seen from the source tree. It need
/// not exist: see NNFLOW_REQUIRE_PATH.
std::filesystem::path shared_dir();

/// The children of a folder whose names end with `ending` (all without it), sorted by name; none
/// where the folder does not exist.
std::vector<std::filesystem::path> children(const std::filesystem::path& folder,
                                            const std::string& ending = "");

/// The bytes of a file; throws std::runtime_error with its path where it cannot be read.
std::string read_file(const std::filesystem::path& file);

/// Writes `bytes` to a file, with the folders above it.
void write_file(const std::filesystem::path& file, const std::string& bytes);

}  // namespace nnflow::test

/// Skips the running test, with the reason, where a path does not exist.
#define NNFLOW_REQUIRE_PATH(needed)                                                           \
  do {                                                                                        \
    if (!std::filesystem::exists(needed))                                                     \
      GTEST_SKIP() << "no " << std::filesystem::path(needed).string() << " (NNFLOW_SHARED?)"; \
  } while (false)
