// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "nnflow/nnunet/export.hpp"

namespace nnflow::nnunet {

/// The whole file as bytes; the path may lead through a zip archive. Throws Error(kIo) naming the
/// file.
[[nodiscard]] NNFLOW_NNUNET_EXPORT std::string read_file(const std::filesystem::path& path);

/// Writes `bytes` to `path` itself: in a stage give it the path of `Context::artifact`, elsewhere
/// that of an `Artifact`. Throws Error(kIo) naming the file.
NNFLOW_NNUNET_EXPORT void write_file(const std::filesystem::path& path, std::string_view bytes);

}  // namespace nnflow::nnunet
