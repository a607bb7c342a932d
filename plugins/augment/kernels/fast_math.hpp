// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstdint>

namespace nnflow::augment {

// Branch-free functions that compilers turn into vector code. Their operations are rounded one by
// one, so that scalars and vectors of any width give the same bits.

/// log2 of a normal positive number, absolute error below 1e-7 plus rounding of the result; 0 gives
/// about -127.
[[gnu::always_inline]] inline float fast_log2(float x) {
  // x = 2^e m with m in [sqrt(1/2), sqrt(2)).
  const std::int32_t bits = std::bit_cast<std::int32_t>(x);
  const std::int32_t shifted = bits - 0x3f3504f3;
  const auto exponent = static_cast<float>(shifted >> 23);
  const float m = std::bit_cast<float>((shifted & 0x7fffff) + 0x3f3504f3);
  // log(m) = 2 atanh(t) with t = (m - 1) / (m + 1), |t| < 0.1716.
  const float t = (m - 1.0F) / (m + 1.0F);
  const float s = t * t;
  const float series =
      ((((0.22222222F * s + 0.28571429F) * s + 0.4F) * s + 0.66666667F) * s + 2.0F) * t;
  return exponent + series * 1.44269504F;
}

/// 2^x, relative error below 3e-7; x below -126 gives 0, x must stay below 127.
[[gnu::always_inline]] inline float fast_exp2(float x) {
  const float bounded = x < -126.0F ? -126.0F : x;
  // Adding 1.5 * 2^23 rounds to the nearest integer, kept in the low bits.
  const float magic = bounded + 12582912.0F;
  const std::int32_t whole = std::bit_cast<std::int32_t>(magic) - 0x4b400000;
  const float r = (bounded - (magic - 12582912.0F)) * 0.69314718F;
  const float p =
      (((((1.3888889e-3F * r + 8.3333333e-3F) * r + 4.1666667e-2F) * r + 0.16666667F) * r + 0.5F) *
           r +
       1.0F) *
          r +
      1.0F;
  const float result = p * std::bit_cast<float>((whole + 127) << 23);
  return x < -126.0F ? 0.0F : result;
}

/// x^y for x in [0, 1] and y > 0; absolute error below 3e-7.
[[gnu::always_inline]] inline float fast_pow(float x, float y) {
  const float result = fast_exp2(y * fast_log2(x));
  return x > 0.0F ? result : 0.0F;
}

}  // namespace nnflow::augment
