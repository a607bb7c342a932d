// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nnflow::cli {

/// The program of this name in the folders of PATH.
[[nodiscard]] std::optional<std::filesystem::path> find_program(std::string_view name);

/// Runs `words[0]` with its arguments, without a shell, feeds it `input` and waits for its end. Its
/// output goes where ours goes. Returns its exit code, 128 plus the signal that ended it, or 127
/// when it could not be started.
[[nodiscard]] int run_program(const std::vector<std::string>& words, const std::string& input);

}  // namespace nnflow::cli
