// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "augment/kernels/intensity/sharpen.hpp"

#include "augment/kernels/wide_vectors.hpp"

namespace nnflow::augment {
namespace {

// Six times the row less the rows around it, for all but the ends along x.
NNFLOW_WIDE_VECTORS void sharpen_row(const float* __restrict__ row,
                                     const std::array<const float*, 4>& around,
                                     std::int64_t width,
                                     float strength,
                                     float* __restrict__ out) {
  const float* const up = around[0];
  const float* const down = around[1];
  const float* const above = around[2];
  const float* const below = around[3];
  for (std::int64_t x = 1; x + 1 < width; ++x) {
    const float laplace =
        6.0F * row[x] - up[x] - down[x] - above[x] - below[x] - row[x - 1] - row[x + 1];
    out[x] = laplace * strength + row[x];
  }
}

}  // namespace

void apply_sharpen(std::span<const ChannelFactor> strengths,
                   std::span<float> image,
                   const imaging::Extent3& extent) {
  const auto voxels = static_cast<std::size_t>(imaging::voxel_count(extent));
  std::vector<float> source(voxels);
  for (const ChannelFactor& entry : strengths) {
    const std::span<float> channel =
        image.subspan(static_cast<std::size_t>(entry.channel) * voxels, voxels);
    std::copy(channel.begin(), channel.end(), source.begin());
    const auto row = [&](std::int64_t z, std::int64_t y) {
      return source.data() +
             imaging::linear_index(extent, std::clamp<std::int64_t>(z, 0, extent[0] - 1),
                                   std::clamp<std::int64_t>(y, 0, extent[1] - 1), 0);
    };
    const std::int64_t last = extent[2] - 1;
    for (std::int64_t z = 0; z < extent[0]; ++z) {
      for (std::int64_t y = 0; y < extent[1]; ++y) {
        const float* const in = row(z, y);
        const std::array<const float*, 4> around{row(z, y - 1), row(z, y + 1), row(z - 1, y),
                                                 row(z + 1, y)};
        float* const out = channel.data() + imaging::linear_index(extent, z, y, 0);
        sharpen_row(in, around, extent[2], entry.factor, out);
        for (const std::int64_t x : {std::int64_t{0}, last}) {
          float laplace = 6.0F * in[x];
          for (const float* const other : around) laplace -= other[x];
          laplace -= in[std::max<std::int64_t>(x - 1, 0)];
          laplace -= in[std::min(x + 1, last)];
          out[x] = laplace * entry.factor + in[x];
        }
      }
    }
  }
}

}  // namespace nnflow::augment
