// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "predict/kernels/padding.hpp"

#include <algorithm>

namespace nnflow::predict {

imaging::Box3 patch_padding(const imaging::Extent3& image,
                            const imaging::Extent3& patch,
                            bool slice_wise) {
  imaging::Box3 box{{0, 0, 0}, image};
  for (std::size_t axis = slice_wise ? 1 : 0; axis < 3; ++axis) {
    const std::int64_t before = std::max<std::int64_t>(patch[axis] - image[axis], 0) / 2;
    box.lower[axis] = before;
    box.upper[axis] = before + image[axis];
  }
  return box;
}

void gather_tile(std::span<const float> image,
                 const imaging::Extent3& extent,
                 const imaging::Extent3& corner,
                 const imaging::Extent3& patch,
                 std::int64_t channels,
                 std::span<float> tile) {
  std::fill(tile.begin(), tile.end(), 0.0F);
  imaging::Extent3 first{};
  imaging::Extent3 last{};
  for (std::size_t axis = 0; axis < 3; ++axis) {
    first[axis] = std::max<std::int64_t>(0, -corner[axis]);
    last[axis] = std::min(patch[axis], extent[axis] - corner[axis]);
    if (first[axis] >= last[axis]) return;
  }
  const std::int64_t row = last[2] - first[2];
  for (std::int64_t c = 0; c < channels; ++c) {
    const float* source = image.data() + c * imaging::voxel_count(extent);
    float* target = tile.data() + c * imaging::voxel_count(patch);
    for (std::int64_t z = first[0]; z < last[0]; ++z) {
      for (std::int64_t y = first[1]; y < last[1]; ++y) {
        const float* begin = source + imaging::linear_index(extent, corner[0] + z, corner[1] + y,
                                                            corner[2] + first[2]);
        std::copy_n(begin, row, target + imaging::linear_index(patch, z, y, first[2]));
      }
    }
  }
}

}  // namespace nnflow::predict
