// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace nnflow::predict {

/// A text that identifies the content of files in their order: 64 bits of a fast, non-cryptographic
/// hash, in hexadecimal. Throws Error(kIo) naming a file that cannot be read.
[[nodiscard]] std::string file_digest(const std::vector<std::filesystem::path>& files);

}  // namespace nnflow::predict
