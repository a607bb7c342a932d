// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "predict/file_digest.hpp"

#include <array>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <nnflow/error.hpp>

namespace nnflow::predict {

std::string file_digest(const std::vector<std::filesystem::path>& files) {
  std::uint64_t hash = 0x9E3779B97F4A7C15U;
  const auto mix = [&hash](std::uint64_t word) {
    hash = (hash ^ word) * 0xFF51AFD7ED558CCDU;
    hash ^= hash >> 32U;
  };
  std::vector<char> buffer(std::size_t{1} << 20U);
  for (const auto& path : files) {
    std::ifstream in(path, std::ios::binary);
    std::uint64_t total = 0;
    while (in) {
      in.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
      const auto count = static_cast<std::size_t>(in.gcount());
      total += count;
      std::memset(buffer.data() + count, 0, (8 - count % 8) % 8);
      for (std::size_t i = 0; i < count; i += 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, buffer.data() + i, 8);
        mix(word);
      }
    }
    if (!in.eof()) throw Error(ErrorCode::kIo, path.string() + ": cannot be read");
    mix(total);
  }
  std::string text(16, '0');
  for (std::size_t i = 0; i < text.size(); ++i)
    text[i] = "0123456789abcdef"[(hash >> (60U - 4U * i)) & 0xFU];
  return text;
}

}  // namespace nnflow::predict
