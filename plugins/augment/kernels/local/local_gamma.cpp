// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "augment/kernels/local/local_gamma.hpp"

#include "augment/kernels/fast_math.hpp"
#include "augment/kernels/intensity/moments.hpp"
#include "augment/kernels/wide_vectors.hpp"

namespace nnflow::augment {
namespace {

constexpr float kEpsilon = 1e-8F;

NNFLOW_WIDE_VECTORS void blend_row(const float* __restrict__ bump,
                                   std::size_t width,
                                   float low,
                                   float range,
                                   float gamma,
                                   float* __restrict__ row) {
  for (std::size_t x = 0; x < width; ++x) {
    const float v = (row[x] - low) / range;
    row[x] = (fast_pow(v, gamma) * bump[x] + (1.0F - bump[x]) * v) * range + low;
  }
}

}  // namespace

void apply_local_gamma(std::span<const LocalChange> changes,
                       std::span<float> image,
                       const imaging::Extent3& extent) {
  const auto width = static_cast<std::size_t>(extent[2]);
  const auto voxels = static_cast<std::size_t>(imaging::voxel_count(extent));
  std::vector<float> bump(width);
  for (const LocalChange& change : changes) {
    const BumpField field(change.bump, extent);
    const std::span<float> channel =
        image.subspan(static_cast<std::size_t>(change.channel) * voxels, voxels);
    const ValueRange values = range_of(channel);
    const float range = std::max(values.high - values.low, kEpsilon);
    float* row = channel.data();
    for (std::int64_t z = 0; z < extent[0]; ++z) {
      for (std::int64_t y = 0; y < extent[1]; ++y, row += width) {
        field.row(z, y, bump.data());
        blend_row(bump.data(), width, values.low, range, static_cast<float>(change.value), row);
      }
    }
  }
}

}  // namespace nnflow::augment
