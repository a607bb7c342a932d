// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "nnflow/nnunet/export.hpp"

namespace nnflow::nnunet {

/// The whole file as bytes. Throws Error(kIo) naming the file.
[[nodiscard]] NNFLOW_NNUNET_EXPORT std::string read_file(const std::filesystem::path& path);

/// Replaces `path` by `bytes` atomically: temporary name in the same folder, fsync, rename. Creates
/// missing parent folders. Throws Error(kIo) naming the file; a failed write leaves the old file.
NNFLOW_NNUNET_EXPORT void write_file(const std::filesystem::path& path, std::string_view bytes);

}  // namespace nnflow::nnunet
