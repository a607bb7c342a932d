// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "io/kernels/case_checks.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace nnflow::io {

std::optional<std::size_t> first_not_finite(std::span<const float> values) {
  constexpr std::size_t kBlock = 4096;
  constexpr std::uint32_t kExponent = 0x7f800000U;
  for (std::size_t begin = 0; begin < values.size(); begin += kBlock) {
    const auto block = values.subspan(begin, std::min(kBlock, values.size() - begin));
    std::uint32_t found = 0;
    for (const float v : block) {
      found |=
          static_cast<std::uint32_t>((std::bit_cast<std::uint32_t>(v) & kExponent) == kExponent);
    }
    if (found == 0) continue;
    const auto at =
        std::find_if(block.begin(), block.end(), [](float v) { return !std::isfinite(v); });
    return begin + static_cast<std::size_t>(at - block.begin());
  }
  return std::nullopt;
}

imaging::Extent3 coordinates(std::size_t index, const imaging::Extent3& extent) {
  const auto i = static_cast<std::int64_t>(index);
  return {i / (extent[1] * extent[2]), i / extent[2] % extent[1], i % extent[2]};
}

std::vector<std::int16_t> undeclared_values(std::span<const std::int16_t> labels,
                                            std::span<const std::int64_t> declared) {
  std::vector<std::uint8_t> present(std::size_t{1} << 16U);
  for (const std::int16_t v : labels) present[static_cast<std::uint16_t>(v)] = 1;
  std::vector<std::int16_t> result;
  for (std::int32_t v = std::numeric_limits<std::int16_t>::min();
       v <= std::numeric_limits<std::int16_t>::max(); ++v) {
    const auto value = static_cast<std::int16_t>(v);
    if (present[static_cast<std::uint16_t>(value)] != 0 &&
        std::find(declared.begin(), declared.end(), value) == declared.end()) {
      result.push_back(value);
    }
  }
  return result;
}

bool spacings_agree(const imaging::Spacing3& a, const imaging::Spacing3& b) {
  return std::equal(a.begin(), a.end(), b.begin(), [](double x, double y) {
    return std::abs(x - y) <= 1e-8 + 1e-5 * std::abs(y);
  });
}

}  // namespace nnflow::io
