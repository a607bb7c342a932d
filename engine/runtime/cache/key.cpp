// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0

#include "key.hpp"

#include <xxhash.h>

namespace nnflow::runtime {

std::string digest(std::string_view bytes) {
  const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const std::uint64_t word : {hash.high64, hash.low64}) {
    for (int shift = 60; shift >= 0; shift -= 4)
      text += kDigits[(word >> static_cast<unsigned>(shift)) & 0xFU];
  }
  return text;
}

std::string digest(const Payload& payload) {
  if (payload.empty() || payload.type()->save == nullptr) return {};
  std::string bytes;
  payload.type()->save(payload.raw(), bytes);
  return digest(bytes);
}

KeyBuilder& KeyBuilder::add(std::string_view name, std::string_view value) {
  // Lengths make the text unambiguous.
  text_ += std::to_string(name.size()) + ":" + std::string(name) + "=" +
           std::to_string(value.size()) + ":" + std::string(value) + ";";
  return *this;
}

}  // namespace nnflow::runtime
