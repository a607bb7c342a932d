// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace nnflow::runtime {

/// The bytes of a file; absent when it cannot be read.
[[nodiscard]] std::optional<std::string> read_file(const std::filesystem::path& path);

/// A file name that stands for an id, which may hold '/' (stages of sub-pipelines) and anything
/// that a file name may not.
[[nodiscard]] std::string safe_name(std::string_view id);

}  // namespace nnflow::runtime
