// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "crop/kernels/transpose.hpp"

#include <algorithm>
#include <stdexcept>

namespace nnflow::crop {
namespace {

using imaging::Extent3;

constexpr std::int64_t kTile = 16;

/// target[i * target_stride + j] = source[i + j * source_stride] for i < rows, j < columns, in
/// tiles that stay in cache.
template <class T>
void transpose_plane(const T* source,
                     std::int64_t source_stride,
                     T* target,
                     std::int64_t target_stride,
                     std::int64_t rows,
                     std::int64_t columns) {
  for (std::int64_t i0 = 0; i0 < rows; i0 += kTile) {
    const std::int64_t i1 = std::min(i0 + kTile, rows);
    for (std::int64_t j0 = 0; j0 < columns; j0 += kTile) {
      const std::int64_t j1 = std::min(j0 + kTile, columns);
      for (std::int64_t i = i0; i < i1; ++i) {
        for (std::int64_t j = j0; j < j1; ++j)
          target[i * target_stride + j] = source[i + j * source_stride];
      }
    }
  }
}

template <class T>
void transpose_channel(const T* source,
                       const Extent3& extent,
                       const std::array<int, 3>& order,
                       T* target) {
  const std::array<std::int64_t, 3> in_stride{extent[1] * extent[2], extent[2], 1};
  const auto out = reordered(extent, order);
  const auto step = reordered(in_stride, order);  // source step along each target axis
  if (order[2] == 2) {
    for (std::int64_t a = 0; a < out[0]; ++a) {
      for (std::int64_t b = 0; b < out[1]; ++b) {
        std::copy_n(source + a * step[0] + b * step[1], out[2], target + (a * out[1] + b) * out[2]);
      }
    }
  } else if (order[1] == 2) {
    for (std::int64_t a = 0; a < out[0]; ++a) {
      transpose_plane(source + a * step[0], step[2], target + a * out[1] * out[2], out[2], out[1],
                      out[2]);
    }
  } else {
    for (std::int64_t b = 0; b < out[1]; ++b) {
      transpose_plane(source + b * step[1], step[2], target + b * out[2], out[1] * out[2], out[0],
                      out[2]);
    }
  }
}

}  // namespace

template <class T>
void transpose(std::span<const T> source,
               const Extent3& extent,
               const std::array<int, 3>& order,
               std::span<T> target) {
  std::array<int, 3> sorted = order;
  std::sort(sorted.begin(), sorted.end());
  if (sorted != std::array<int, 3>{0, 1, 2})
    throw std::invalid_argument("transpose: order is no permutation of 0, 1, 2");
  const auto count = static_cast<std::size_t>(imaging::voxel_count(extent));
  for (std::size_t offset = 0; count != 0 && offset + count <= source.size(); offset += count) {
    transpose_channel(source.data() + offset, extent, order, target.data() + offset);
  }
}

template void transpose(std::span<const float>,
                        const Extent3&,
                        const std::array<int, 3>&,
                        std::span<float>);
template void transpose(std::span<const std::int16_t>,
                        const Extent3&,
                        const std::array<int, 3>&,
                        std::span<std::int16_t>);

}  // namespace nnflow::crop
