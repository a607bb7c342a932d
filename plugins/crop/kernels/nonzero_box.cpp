// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "crop/kernels/nonzero_box.hpp"

#include <algorithm>
#include <cstring>

namespace nnflow::crop {

using imaging::Box3;
using imaging::Extent3;

std::vector<std::uint8_t> nonzero_mask(std::span<const float> voxels, const Extent3& extent) {
  const auto count = static_cast<std::size_t>(imaging::voxel_count(extent));
  std::vector<std::uint8_t> mask(count);
  for (std::size_t offset = 0; count != 0 && offset + count <= voxels.size(); offset += count) {
    const float* channel = voxels.data() + offset;
    for (std::size_t i = 0; i < count; ++i)
      mask[i] |= static_cast<std::uint8_t>(channel[i] != 0.0F);
  }
  return mask;
}

Box3 bounding_box(std::span<const std::uint8_t> mask, const Extent3& extent) {
  Box3 box{extent, {0, 0, 0}};
  const auto width = static_cast<std::size_t>(extent[2]);
  for (std::int64_t z = 0; z < extent[0]; ++z) {
    for (std::int64_t y = 0; y < extent[1]; ++y) {
      const std::uint8_t* row = mask.data() + (z * extent[1] + y) * extent[2];
      const void* first = std::memchr(row, 1, width);
      if (first == nullptr) continue;
      const void* last = memrchr(row, 1, width);
      const std::int64_t left = static_cast<const std::uint8_t*>(first) - row;
      const std::int64_t right = static_cast<const std::uint8_t*>(last) - row + 1;
      box.lower = {std::min(box.lower[0], z), std::min(box.lower[1], y),
                   std::min(box.lower[2], left)};
      box.upper = {std::max(box.upper[0], z + 1), std::max(box.upper[1], y + 1),
                   std::max(box.upper[2], right)};
    }
  }
  if (box.upper[0] == 0) return {{0, 0, 0}, extent};
  return box;
}

void crop_labels(std::span<const std::int16_t> labels,
                 std::span<const std::uint8_t> mask,
                 const Extent3& extent,
                 const Box3& box,
                 std::span<std::int16_t> cropped) {
  const std::int64_t width = box.upper[2] - box.lower[2];
  std::int16_t* out = cropped.data();
  for (std::int64_t z = box.lower[0]; z < box.upper[0]; ++z) {
    for (std::int64_t y = box.lower[1]; y < box.upper[1]; ++y, out += width) {
      const std::int64_t row = imaging::linear_index(extent, z, y, box.lower[2]);
      const std::uint8_t* inside = mask.data() + row;
      if (labels.empty()) {
        for (std::int64_t x = 0; x < width; ++x) out[x] = static_cast<std::int16_t>(inside[x] - 1);
        continue;
      }
      const std::int16_t* from = labels.data() + row;
      for (std::int64_t x = 0; x < width; ++x) {
        const bool outside = (inside[x] == 0) & (from[x] == 0);
        out[x] = outside ? std::int16_t{-1} : from[x];
      }
    }
  }
}

void crop_channels(std::span<const float> voxels,
                   const Extent3& extent,
                   const Box3& box,
                   std::span<float> cropped) {
  const std::int64_t count = imaging::voxel_count(extent);
  const std::int64_t channels =
      static_cast<std::int64_t>(voxels.size()) / std::max<std::int64_t>(count, 1);
  const std::int64_t width = box.upper[2] - box.lower[2];
  float* out = cropped.data();
  for (std::int64_t c = 0; c < channels; ++c) {
    for (std::int64_t z = box.lower[0]; z < box.upper[0]; ++z) {
      for (std::int64_t y = box.lower[1]; y < box.upper[1]; ++y, out += width) {
        std::copy_n(voxels.data() + c * count + imaging::linear_index(extent, z, y, box.lower[2]),
                    width, out);
      }
    }
  }
}

}  // namespace nnflow::crop
