// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace nnflow::nnunet {

/// The head of an array in numpy's format (its NEP 1), version 1.0, of little-endian elements in C
/// order; `dtype` without byte order, such as "f4".
[[nodiscard]] std::string numpy_header(std::string_view dtype, std::span<const std::int64_t> shape);

/// Writes an archive with one deflated array. `raw` are its elements. Throws Error(kIo) naming the
/// file.
void write_npz(const std::filesystem::path& path,
               const std::string& member,
               std::string_view dtype,
               std::span<const std::int64_t> shape,
               std::string_view raw);

}  // namespace nnflow::nnunet
