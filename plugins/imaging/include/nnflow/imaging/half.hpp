// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstdint>
#include <limits>

namespace nnflow::imaging {

/// The IEEE binary16 value nearest to `value` (ties to even), kept in float32. Values of 65520 and
/// more in magnitude become infinite, NaN stays NaN. This is one rounding: `round_to_half(double)`
/// differs from `round_to_half(float(double))` in rare ties.
[[nodiscard]] inline float round_to_half(float value) {
  const std::uint32_t bits = std::bit_cast<std::uint32_t>(value);
  const std::uint32_t magnitude = bits & 0x7FFFFFFFU;
  if (magnitude >= 0x477FF000U) {  // 65520 and above, infinities, NaN
    if (magnitude > 0x7F800000U) return value;
    return std::bit_cast<float>((bits & 0x80000000U) | 0x7F800000U);
  }
  if (magnitude < 0x38800000U) {     // below 2^-14: multiples of 2^-24
    constexpr float kShift = 0.75F;  // its last bit is worth 2^-24
    const float rounded = (std::bit_cast<float>(magnitude) + kShift) - kShift;
    return std::bit_cast<float>(std::bit_cast<std::uint32_t>(rounded) | (bits & 0x80000000U));
  }
  const std::uint32_t rounded = bits + 0xFFFU + ((bits >> 13U) & 1U);
  return std::bit_cast<float>(rounded & ~0x1FFFU);
}

/// As above, rounding a double once. Without branches, so that loops over it become vectors.
[[nodiscard]] inline float round_to_half(double value) {
  const std::uint64_t bits = std::bit_cast<std::uint64_t>(value);
  const std::uint64_t sign = bits & 0x8000000000000000U;
  const std::uint64_t raw = bits & 0x7FFFFFFFFFFFFFFFU;
  const double magnitude = std::bit_cast<double>(raw);
  constexpr double kShift = 0x1.8p28;  // its last bit is worth 2^-24
  const double small = (magnitude + kShift) - kShift;
  double rounded =
      std::bit_cast<double>((raw + 0x1FFFFFFFFFFU + ((raw >> 42U) & 1U)) & ~0x3FFFFFFFFFFU);
  rounded = magnitude < 0x1p-14 ? small : rounded;
  rounded = magnitude >= 65520.0 ? std::numeric_limits<double>::infinity() : rounded;
  rounded = magnitude != magnitude ? magnitude : rounded;
  return static_cast<float>(std::bit_cast<double>(std::bit_cast<std::uint64_t>(rounded) | sign));
}

}  // namespace nnflow::imaging
