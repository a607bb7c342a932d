// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "direct/conv_shape.hpp"

namespace nnflow::networks::kernels {

/// A tap of the kernel for one row of results: where it reads, and its weights.
template <class T>
struct Tap {
  const T* pixels;
  const T* weights;
};

/// Some results side by side in a row, and the channels of one block.
template <class T>
struct GatherTile {
  const Tap<T>* taps = nullptr;
  std::int64_t tap_count = 0;
  std::int64_t skip = 0;     ///< elements from a tap's pixels to those of the first result
  std::int64_t groups = 0;   ///< of source channels
  std::int64_t in_step = 0;  ///< elements between the pixels of neighbouring results
  std::int64_t out_step = 0;
  std::int64_t channels = 0;  ///< of the block that exist
  const float* bias = nullptr;
  T* narrow = nullptr;      ///< where results go as T
  float* single = nullptr;  ///< where they go as float32, if not null
};

template <class T>
using GatherTileFunction = void (*)(const GatherTile<T>&);

/// Most results side by side that a block of `vectors` vectors (1, 2 or 4) allows.
[[nodiscard]] constexpr std::int64_t most_results(int vectors) {
  return vectors == 1 ? 14 : vectors == 2 ? 12 : 6;
}

/// Function for `results` side by side and `vectors` vectors of 16 channels.
template <class T>
[[nodiscard]] GatherTileFunction<T> gather_tile(int vectors, std::int64_t results);

}  // namespace nnflow::networks::kernels
