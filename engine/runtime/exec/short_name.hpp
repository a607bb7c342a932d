// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace nnflow::runtime {

/// Whether two names are equal. Names of 4 to 16 characters, as ports have, are compared without a
/// call.
[[nodiscard]] inline bool same_name(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  const std::size_t size = a.size();
  const auto same = [&]<class Word>(Word) {  // the first and the last word, which may overlap
    const auto at = [](std::string_view text, std::size_t offset) {
      Word word;
      std::memcpy(&word, text.data() + offset, sizeof(Word));
      return word;
    };
    const std::size_t last = size - sizeof(Word);
    return at(a, 0) == at(b, 0) && at(a, last) == at(b, last);
  };
  constexpr std::size_t kLong = sizeof(std::uint64_t);
  constexpr std::size_t kShort = sizeof(std::uint32_t);
  if (size >= kLong && size <= 2 * kLong) return same(std::uint64_t{});
  if (size >= kShort && size < kLong) return same(std::uint32_t{});
  return a == b;
}

}  // namespace nnflow::runtime
