// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "augment/kernels/target/regions.hpp"

#include <array>

namespace nnflow::augment {
namespace {

// Membership of every possible label in one look-up.
std::vector<std::uint8_t> membership(std::span<const std::int16_t> members) {
  std::vector<std::uint8_t> table(1U << 16U);
  for (const std::int16_t m : members) table[static_cast<std::uint16_t>(m)] = 1;
  return table;
}

}  // namespace

void labels_to_regions(std::span<const std::vector<std::int16_t>> regions,
                       std::optional<std::int16_t> ignore,
                       std::span<const std::int16_t> label,
                       std::span<std::uint8_t> out) {
  const auto write = [&](std::span<const std::int16_t> members, std::size_t map) {
    const std::vector<std::uint8_t> table = membership(members);
    std::uint8_t* const target = out.data() + map * label.size();
    for (std::size_t i = 0; i < label.size(); ++i) {
      target[i] = table[static_cast<std::uint16_t>(label[i])];
    }
  };
  for (std::size_t r = 0; r < regions.size(); ++r) write(regions[r], r);
  if (ignore) write(std::array{*ignore}, regions.size());
}

}  // namespace nnflow::augment
