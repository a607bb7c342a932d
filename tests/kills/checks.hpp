// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// What a killed run may leave behind, and what the same command makes of it.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "pipeline/program.hpp"

namespace nnflow::test {

/// Files below a folder, by relative path, with their bytes.
using Files = std::map<std::string, std::string>;

/// How `rerun_findings` and `killed_findings` compare, and what they leave out and why.
extern const char* const kComparison;

/// What the rerun of a killed command has other than an undisturbed run, one text per finding.
[[nodiscard]] Words rerun_findings(const Files& undisturbed, const Files& rerun);

/// Files that a killed run shows under their final names although they are not final.
[[nodiscard]] Words killed_findings(const Files& undisturbed, const Files& killed);

/// Names like `.NAME.nnflow-tmp` below a folder: files or folders of unfinished writes.
[[nodiscard]] Words temporaries(const std::filesystem::path& folder);

}  // namespace nnflow::test
