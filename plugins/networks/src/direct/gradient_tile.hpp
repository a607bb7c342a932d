// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "direct/conv_shape.hpp"

namespace nnflow::networks::kernels {

/// Sums of products of some fine channels at up to three taps in a row with one or two vectors of
/// coarse channels, over some rows; they are added to what is in `sums`.
template <class T>
struct GradientTile {
  std::array<const T*, 3> fine{};  ///< first channel's first pixel for each tap
  std::int64_t fine_channel = 0;   ///< elements between channels
  std::int64_t fine_group = 0;     ///< elements between groups of pixels
  std::int64_t fine_row = 0;       ///< elements between rows
  const T* coarse = nullptr;       ///< groups of pixels: the pixels of a channel side by side
  std::int64_t coarse_group = 0;   ///< elements between groups of pixels
  std::int64_t coarse_row = 0;
  std::int64_t rows = 0;
  std::int64_t groups = 0;  ///< of pixels in a row
  float* sums = nullptr;
  std::int64_t sums_tap = 0;      ///< elements between taps
  std::int64_t sums_channel = 0;  ///< elements between fine channels
};

template <class T>
using GradientTileFunction = void (*)(const GradientTile<T>&);

/// Fine channels in a tile.
inline constexpr std::int64_t kTileChannels = 4;

/// Function for `taps` (1 to 3) in a row and `vectors` (1 or 2).
template <class T>
[[nodiscard]] GradientTileFunction<T> gradient_tile(int taps, int vectors);

/// Turns `pixels` pixels of `channels` channels (at most 16) into rows of pixels: `out` plus
/// `channel * out_channel` gets pixel after pixel, zeros up to a multiple of 32. `step` elements
/// lie between two pixels.
void transpose_pixels(const Bf16* in,
                      std::int64_t step,
                      std::int64_t pixels,
                      std::int64_t channels,
                      Bf16* out,
                      std::int64_t out_channel);

/// Interleaves the pixels of a row in pairs: 16 channels of an even and an odd one, with zeros for
/// what is missing; `channels` rounded up to 16 per pair.
void pair_pixels(const Bf16* in, std::int64_t pixels, std::int64_t channels, Bf16* out);

}  // namespace nnflow::networks::kernels
