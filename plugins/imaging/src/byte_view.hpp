// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstring>
#include <span>
#include <type_traits>

namespace nnflow::imaging {

/// Reads a number at a byte position of a header; `swapped` = the file has the other byte order.
template <class T>
requires std::is_arithmetic_v<T>
[[nodiscard]] T number_at(std::span<const std::byte> bytes, std::size_t position, bool swapped) {
  std::array<std::byte, sizeof(T)> buffer{};
  std::memcpy(buffer.data(), bytes.data() + position, sizeof(T));
  if (swapped) std::reverse(buffer.begin(), buffer.end());
  return std::bit_cast<T>(buffer);
}

/// True when a file of the given byte order needs swapping on this machine.
[[nodiscard]] constexpr bool needs_swap(bool file_is_big_endian) {
  return file_is_big_endian != (std::endian::native == std::endian::big);
}

}  // namespace nnflow::imaging
