// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include <nnflow/imaging/extent.hpp>
#include <nnflow/imaging/parallel.hpp>

#include "resample/kernels/resample.hpp"

namespace nnflow::resample {

/// Resizes one channel of labels (z, y, x); see resample_labels.
void label_resize(std::span<const std::int16_t> source,
                  const Extent3& source_extent,
                  std::span<std::int16_t> target,
                  const Extent3& target_extent,
                  Order order,
                  LabelRule rule);

/// Resizes one channel of labels (z, y, x); see torch_resample_labels.
void torch_label_resize(std::span<const std::int16_t> source,
                        const Extent3& source_extent,
                        std::span<std::int16_t> target,
                        const Extent3& target_extent,
                        TorchLabelRule rule);

/// Copies slice `index` across `axis` of an array between its place and a contiguous buffer.
template <class T>
void gather_slice(
    std::span<const T> volume, const Extent3& extent, int axis, std::int64_t index, T* slice) {
  if (axis == 0) {
    std::copy_n(volume.data() + index * extent[1] * extent[2], extent[1] * extent[2], slice);
  } else if (axis == 1) {
    for (std::int64_t z = 0; z < extent[0]; ++z) {
      std::copy_n(volume.data() + (z * extent[1] + index) * extent[2], extent[2],
                  slice + z * extent[2]);
    }
  } else {
    const T* from = volume.data() + index;
    for (std::int64_t i = 0; i < extent[0] * extent[1]; ++i) slice[i] = from[i * extent[2]];
  }
}

template <class T>
void scatter_slice(
    const T* slice, std::span<T> volume, const Extent3& extent, int axis, std::int64_t index) {
  if (axis == 0) {
    std::copy_n(slice, extent[1] * extent[2], volume.data() + index * extent[1] * extent[2]);
  } else if (axis == 1) {
    for (std::int64_t z = 0; z < extent[0]; ++z) {
      std::copy_n(slice + z * extent[2], extent[2],
                  volume.data() + (z * extent[1] + index) * extent[2]);
    }
  } else {
    T* to = volume.data() + index;
    for (std::int64_t i = 0; i < extent[0] * extent[1]; ++i) to[i * extent[2]] = slice[i];
  }
}

/// The extent of one slice across `axis`: one slice deep, remaining axes in their order.
[[nodiscard]] inline Extent3 slice_extent(const Extent3& extent, int axis) {
  if (axis == 0) return {1, extent[1], extent[2]};
  if (axis == 1) return {1, extent[0], extent[2]};
  return {1, extent[0], extent[1]};
}

/// Resizes every needed slice across `axis` with `resize(span, extent, span, extent)` and takes,
/// for position k of the result along `axis`, slice `nearest[k]` (nnunet-data 6.2). Slices whose
/// in-plane extent does not change are copied.
template <class T, class Resize>
void for_each_slice(std::span<const T> source,
                    const Extent3& source_extent,
                    std::span<T> target,
                    const Extent3& target_extent,
                    int axis,
                    const std::vector<std::int64_t>& nearest,
                    int threads,
                    const Resize& resize) {
  const auto a = static_cast<std::size_t>(axis);
  const Extent3 in = slice_extent(source_extent, axis);
  const Extent3 out = slice_extent(target_extent, axis);
  imaging::parallel_ranges(target_extent[a], threads, [&](std::int64_t first, std::int64_t last) {
    std::vector<T> slice(static_cast<std::size_t>(imaging::voxel_count(in)));
    std::vector<T> resized(static_cast<std::size_t>(imaging::voxel_count(out)));
    std::int64_t done = -1;
    for (std::int64_t k = first; k < last; ++k) {
      const std::int64_t index = nearest[static_cast<std::size_t>(k)];
      if (index != done) {
        gather_slice<T>(source, source_extent, axis, index, slice.data());
        resize(std::span<const T>(slice), in, std::span<T>(resized), out);
        done = index;
      }
      scatter_slice<T>(resized.data(), target, target_extent, axis, k);
    }
  });
}

}  // namespace nnflow::resample
