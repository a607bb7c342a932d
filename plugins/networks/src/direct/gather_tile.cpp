// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "direct/gather_tile.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "direct/isa.hpp"

namespace nnflow::networks::kernels {
#if NNFLOW_HAS_DIRECT_KERNELS
namespace {

constexpr int kLanes = 16;

/// All sums of the tile stay in registers from the first tap to the last.
template <int kVectors, int kResults>
struct Sums {
  __m512 at[static_cast<std::size_t>(kResults)][static_cast<std::size_t>(kVectors)];
};

template <int kVectors, int kResults>
NNFLOW_AVX512_CODE inline void add_tap(const GatherTile<Bf16>& tile,
                                       const Bf16* pixels,
                                       const Bf16* weights,
                                       Sums<kVectors, kResults>& sums) {
  for (std::int64_t group = 0; group < tile.groups; ++group) {
    __m512bh w[static_cast<std::size_t>(kVectors)];
#pragma GCC unroll 16
    for (int v = 0; v < kVectors; ++v)
      w[v] = reinterpret_cast<__m512bh>(_mm512_load_si512(weights + v * kLanes * 2));
#pragma GCC unroll 16
    for (int r = 0; r < kResults; ++r) {
      int both;
      __builtin_memcpy(&both, pixels + r * tile.in_step, sizeof both);
      const auto x = reinterpret_cast<__m512bh>(_mm512_set1_epi32(both));
#pragma GCC unroll 16
      for (int v = 0; v < kVectors; ++v) sums.at[r][v] = _mm512_dpbf16_ps(sums.at[r][v], x, w[v]);
    }
    weights += kVectors * kLanes * 2;
    pixels += 2;
  }
}

template <int kVectors, int kResults>
NNFLOW_AVX512_CODE inline void add_tap(const GatherTile<float>& tile,
                                       const float* pixels,
                                       const float* weights,
                                       Sums<kVectors, kResults>& sums) {
  for (std::int64_t channel = 0; channel < tile.groups; ++channel) {
    __m512 w[static_cast<std::size_t>(kVectors)];
#pragma GCC unroll 16
    for (int v = 0; v < kVectors; ++v) w[v] = _mm512_load_ps(weights + v * kLanes);
#pragma GCC unroll 16
    for (int r = 0; r < kResults; ++r) {
      const __m512 x = _mm512_set1_ps(pixels[r * tile.in_step]);
#pragma GCC unroll 16
      for (int v = 0; v < kVectors; ++v) sums.at[r][v] = _mm512_fmadd_ps(x, w[v], sums.at[r][v]);
    }
    weights += kVectors * kLanes;
    ++pixels;
  }
}

NNFLOW_AVX512_CODE inline void store(Bf16* into, __mmask16 mask, __m512 values) {
  _mm256_mask_storeu_epi16(into, mask, reinterpret_cast<__m256i>(_mm512_cvtneps_pbh(values)));
}
NNFLOW_AVX512_CODE inline void store(float* into, __mmask16 mask, __m512 values) {
  _mm512_mask_storeu_ps(into, mask, values);
}

template <class T, int kVectors, int kResults>
NNFLOW_AVX512_CODE void run_tile(const GatherTile<T>& tile) {
  Sums<kVectors, kResults> sums;
#pragma GCC unroll 16
  for (int v = 0; v < kVectors; ++v) {
    const __m512 start =
        tile.bias != nullptr ? _mm512_loadu_ps(tile.bias + v * kLanes) : _mm512_setzero_ps();
#pragma GCC unroll 16
    for (int r = 0; r < kResults; ++r) sums.at[r][v] = start;
  }
  for (std::int64_t t = 0; t < tile.tap_count; ++t)
    add_tap(tile, tile.taps[t].pixels + tile.skip, tile.taps[t].weights, sums);
#pragma GCC unroll 16
  for (int v = 0; v < kVectors; ++v) {
    const std::int64_t left = std::clamp<std::int64_t>(tile.channels - v * kLanes, 0, kLanes);
    const auto mask = static_cast<__mmask16>((1U << left) - 1U);
#pragma GCC unroll 16
    for (int r = 0; r < kResults; ++r) {
      const std::int64_t at = r * tile.out_step + v * kLanes;
      if (tile.single != nullptr) {
        store(tile.single + at, mask, sums.at[r][v]);
      } else {
        store(tile.narrow + at, mask, sums.at[r][v]);
      }
    }
  }
}

template <class T, int kVectors, int... kResults>
constexpr auto table(std::integer_sequence<int, kResults...>) {
  return std::array<GatherTileFunction<T>, sizeof...(kResults)>{
      &run_tile<T, kVectors, kResults + 1>...};
}

}  // namespace

template <class T>
GatherTileFunction<T> gather_tile(int vectors, std::int64_t results) {
  static constexpr auto kOne = table<T, 1>(std::make_integer_sequence<int, most_results(1)>{});
  static constexpr auto kTwo = table<T, 2>(std::make_integer_sequence<int, most_results(2)>{});
  static constexpr auto kFour = table<T, 4>(std::make_integer_sequence<int, most_results(4)>{});
  const auto index = static_cast<std::size_t>(results - 1);
  return vectors == 1 ? kOne[index] : vectors == 2 ? kTwo[index] : kFour[index];
}
#else
template <class T>
GatherTileFunction<T> gather_tile(int, std::int64_t) {
  return nullptr;
}
#endif

template GatherTileFunction<Bf16> gather_tile<Bf16>(int, std::int64_t);
template GatherTileFunction<float> gather_tile<float>(int, std::int64_t);

}  // namespace nnflow::networks::kernels
