// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "direct/gradient_tile.hpp"

#include <algorithm>

#include "direct/isa.hpp"

namespace nnflow::networks::kernels {
#if NNFLOW_HAS_DIRECT_KERNELS
namespace {

constexpr int kLanes = 16;
constexpr int kChannels = static_cast<int>(kTileChannels);

template <int kTaps, int kVectors>
struct Sums {
  __m512 at[kTileChannels][static_cast<std::size_t>(kTaps)][static_cast<std::size_t>(kVectors)];
};

template <int kTaps, int kVectors>
NNFLOW_AVX512_CODE inline void add_row(const GradientTile<Bf16>& tile,
                                       std::int64_t row,
                                       Sums<kTaps, kVectors>& sums) {
  const Bf16* coarse = tile.coarse + row * tile.coarse_row;
  for (std::int64_t group = 0; group < tile.groups; ++group) {
    __m512bh g[static_cast<std::size_t>(kVectors)];
#pragma GCC unroll 16
    for (int v = 0; v < kVectors; ++v)
      g[v] = reinterpret_cast<__m512bh>(_mm512_load_si512(coarse + v * kLanes * 2));
    coarse += tile.coarse_group;
    const std::int64_t at = row * tile.fine_row + group * tile.fine_group;
#pragma GCC unroll 16
    for (int c = 0; c < kChannels; ++c) {
#pragma GCC unroll 16
      for (int t = 0; t < kTaps; ++t) {
        int both;
        __builtin_memcpy(&both, tile.fine[static_cast<std::size_t>(t)] + at + c * tile.fine_channel,
                         sizeof both);
        const auto x = reinterpret_cast<__m512bh>(_mm512_set1_epi32(both));
#pragma GCC unroll 16
        for (int v = 0; v < kVectors; ++v)
          sums.at[c][t][v] = _mm512_dpbf16_ps(sums.at[c][t][v], x, g[v]);
      }
    }
  }
}

template <int kTaps, int kVectors>
NNFLOW_AVX512_CODE inline void add_row(const GradientTile<float>& tile,
                                       std::int64_t row,
                                       Sums<kTaps, kVectors>& sums) {
  const float* coarse = tile.coarse + row * tile.coarse_row;
  for (std::int64_t pixel = 0; pixel < tile.groups; ++pixel) {
    __m512 g[static_cast<std::size_t>(kVectors)];
#pragma GCC unroll 16
    for (int v = 0; v < kVectors; ++v) g[v] = _mm512_load_ps(coarse + v * kLanes);
    coarse += tile.coarse_group;
    const std::int64_t at = row * tile.fine_row + pixel * tile.fine_group;
#pragma GCC unroll 16
    for (int c = 0; c < kChannels; ++c) {
#pragma GCC unroll 16
      for (int t = 0; t < kTaps; ++t) {
        const __m512 x =
            _mm512_set1_ps(tile.fine[static_cast<std::size_t>(t)][at + c * tile.fine_channel]);
#pragma GCC unroll 16
        for (int v = 0; v < kVectors; ++v)
          sums.at[c][t][v] = _mm512_fmadd_ps(x, g[v], sums.at[c][t][v]);
      }
    }
  }
}

template <class T, int kTaps, int kVectors>
NNFLOW_AVX512_CODE void run_tile(const GradientTile<T>& given) {
  const GradientTile<T> tile = given;  // a copy that no store can change
  Sums<kTaps, kVectors> sums;
#pragma GCC unroll 16
  for (int c = 0; c < kChannels; ++c) {
#pragma GCC unroll 16
    for (int t = 0; t < kTaps; ++t) {
#pragma GCC unroll 16
      for (int v = 0; v < kVectors; ++v) sums.at[c][t][v] = _mm512_setzero_ps();
    }
  }
  for (std::int64_t row = 0; row < tile.rows; ++row) add_row(tile, row, sums);
#pragma GCC unroll 16
  for (int c = 0; c < kChannels; ++c) {
#pragma GCC unroll 16
    for (int t = 0; t < kTaps; ++t) {
#pragma GCC unroll 16
      for (int v = 0; v < kVectors; ++v) {
        float* into = tile.sums + t * tile.sums_tap + c * tile.sums_channel + v * kLanes;
        _mm512_storeu_ps(into, _mm512_add_ps(_mm512_loadu_ps(into), sums.at[c][t][v]));
      }
    }
  }
}

/// Rows become columns: lane j of row i goes to lane i of row j.
NNFLOW_AVX512_CODE inline void transpose16(__m512i (&r)[16]) {
  __m512i t[16];
#pragma GCC unroll 16
  for (int i = 0; i < 8; ++i) {
    t[2 * i] = _mm512_unpacklo_epi32(r[2 * i], r[2 * i + 1]);
    t[2 * i + 1] = _mm512_unpackhi_epi32(r[2 * i], r[2 * i + 1]);
  }
#pragma GCC unroll 16
  for (int i = 0; i < 4; ++i) {
    r[4 * i] = _mm512_unpacklo_epi64(t[4 * i], t[4 * i + 2]);
    r[4 * i + 1] = _mm512_unpackhi_epi64(t[4 * i], t[4 * i + 2]);
    r[4 * i + 2] = _mm512_unpacklo_epi64(t[4 * i + 1], t[4 * i + 3]);
    r[4 * i + 3] = _mm512_unpackhi_epi64(t[4 * i + 1], t[4 * i + 3]);
  }
#pragma GCC unroll 16
  for (int i = 0; i < 4; ++i) {
    t[i] = _mm512_shuffle_i32x4(r[i], r[i + 4], 0x88);
    t[i + 4] = _mm512_shuffle_i32x4(r[i], r[i + 4], 0xdd);
    t[i + 8] = _mm512_shuffle_i32x4(r[i + 8], r[i + 12], 0x88);
    t[i + 12] = _mm512_shuffle_i32x4(r[i + 8], r[i + 12], 0xdd);
  }
#pragma GCC unroll 16
  for (int i = 0; i < 4; ++i) {
    r[i] = _mm512_shuffle_i32x4(t[i], t[i + 8], 0x88);
    r[i + 8] = _mm512_shuffle_i32x4(t[i], t[i + 8], 0xdd);
    r[i + 4] = _mm512_shuffle_i32x4(t[i + 4], t[i + 12], 0x88);
    r[i + 12] = _mm512_shuffle_i32x4(t[i + 4], t[i + 12], 0xdd);
  }
}

/// 16 channels of two pixels, the first one in the low halves; null: zeros.
NNFLOW_AVX512_CODE inline __m512i load_pair(const Bf16* first, const Bf16* second, __mmask16 mask) {
  const __m512i low = first != nullptr
                          ? _mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(mask, first))
                          : _mm512_setzero_si512();
  if (second == nullptr) return low;
  const __m512i high = _mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(mask, second));
  return _mm512_or_si512(low, _mm512_slli_epi32(high, 16));
}

__mmask16 first_lanes(std::int64_t count) {
  return static_cast<__mmask16>((1U << std::clamp<std::int64_t>(count, 0, kLanes)) - 1U);
}

}  // namespace

template <class T>
GradientTileFunction<T> gradient_tile(int taps, int vectors) {
  if (vectors == 1)
    return taps == 1 ? &run_tile<T, 1, 1> : taps == 2 ? &run_tile<T, 2, 1> : &run_tile<T, 3, 1>;
  return taps == 1 ? &run_tile<T, 1, 2> : taps == 2 ? &run_tile<T, 2, 2> : &run_tile<T, 3, 2>;
}

NNFLOW_AVX512_CODE void transpose_pixels(const Bf16* in,
                                         std::int64_t step,
                                         std::int64_t pixels,
                                         std::int64_t channels,
                                         Bf16* out,
                                         std::int64_t out_channel) {
  const __mmask16 mask = first_lanes(channels);
  for (std::int64_t first = 0; first < pixels; first += 2 * kLanes) {
    __m512i rows[kLanes];
    for (int i = 0; i < kLanes; ++i) {
      const std::int64_t pixel = first + 2 * i;
      rows[i] = load_pair(pixel < pixels ? in + pixel * step : nullptr,
                          pixel + 1 < pixels ? in + (pixel + 1) * step : nullptr, mask);
    }
    transpose16(rows);
    for (std::int64_t c = 0; c < channels; ++c)
      _mm512_storeu_si512(out + c * out_channel + first, rows[c]);
  }
}

NNFLOW_AVX512_CODE void pair_pixels(const Bf16* in,
                                    std::int64_t pixels,
                                    std::int64_t channels,
                                    Bf16* out) {
  for (std::int64_t pixel = 0; pixel < pixels; pixel += 2) {
    const Bf16* first = in + pixel * channels;
    const Bf16* second = pixel + 1 < pixels ? first + channels : nullptr;
    for (std::int64_t c = 0; c < channels; c += kLanes) {
      _mm512_storeu_si512(out, load_pair(first + c, second != nullptr ? second + c : nullptr,
                                         first_lanes(channels - c)));
      out += 2 * kLanes;
    }
  }
}
#else
template <class T>
GradientTileFunction<T> gradient_tile(int, int) {
  return nullptr;
}
void transpose_pixels(const Bf16*, std::int64_t, std::int64_t, std::int64_t, Bf16*, std::int64_t) {}
void pair_pixels(const Bf16*, std::int64_t, std::int64_t, Bf16*) {}
#endif

template GradientTileFunction<Bf16> gradient_tile<Bf16>(int, int);
template GradientTileFunction<float> gradient_tile<float>(int, int);

}  // namespace nnflow::networks::kernels
