// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "augment/kernels/local/brightness_gradient.hpp"

#include "augment/kernels/wide_vectors.hpp"

namespace nnflow::augment {
namespace {

NNFLOW_WIDE_VECTORS void add_row(const float* __restrict__ bump,
                                 std::size_t width,
                                 float height,
                                 float* __restrict__ row) {
  for (std::size_t x = 0; x < width; ++x) row[x] += bump[x] * height;
}

}  // namespace

void apply_brightness_gradient(std::span<const LocalChange> changes,
                               std::span<float> image,
                               const imaging::Extent3& extent) {
  const auto width = static_cast<std::size_t>(extent[2]);
  std::vector<float> bump(width);
  for (const LocalChange& change : changes) {
    const BumpField field(change.bump, extent);
    float* row = image.data() + change.channel * imaging::voxel_count(extent);
    for (std::int64_t z = 0; z < extent[0]; ++z) {
      for (std::int64_t y = 0; y < extent[1]; ++y, row += width) {
        field.row(z, y, bump.data());
        add_row(bump.data(), width, static_cast<float>(change.value), row);
      }
    }
  }
}

}  // namespace nnflow::augment
