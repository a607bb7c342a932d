// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace nnflow::cli {

/// The text with U+FFFD in place of every byte that belongs to no character of UTF-8; the byte
/// after a cut character stays, it may be a closing quote. File names need not be UTF-8, JSON must
/// be.
[[nodiscard]] std::string valid_utf8(std::string_view text);

}  // namespace nnflow::cli
