// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "augment/kernels/intensity/low_resolution.hpp"

#include <algorithm>
#include <cmath>

namespace nnflow::augment {
namespace {

using imaging::Extent3;

// For each position of the long axis: the two positions of the short axis and the weight of the
// second.
struct LinearAxis {
  std::vector<std::int64_t> low, high;
  std::vector<float> weight;
};

LinearAxis linear_axis(std::int64_t from, std::int64_t to) {
  const float scale = static_cast<float>(from) / static_cast<float>(to);
  LinearAxis axis;
  for (std::int64_t i = 0; i < to; ++i) {
    // Rounded once, as a fused multiply-add would.
    const double position = double{scale} * (static_cast<double>(i) + 0.5) - 0.5;
    const float source = std::max(static_cast<float>(position), 0.0F);
    const auto low = std::min(static_cast<std::int64_t>(source), from - 1);
    axis.low.push_back(low);
    axis.high.push_back(std::min(low + 1, from - 1));
    axis.weight.push_back(std::clamp(source - static_cast<float>(low), 0.0F, 1.0F));
  }
  return axis;
}

std::vector<std::int64_t> nearest_axis(std::int64_t from, std::int64_t to) {
  const float scale = static_cast<float>(from) / static_cast<float>(to);
  std::vector<std::int64_t> source;
  for (std::int64_t i = 0; i < to; ++i) {
    const float position = std::floor((static_cast<float>(i) + 0.5F) * scale);
    source.push_back(std::min(static_cast<std::int64_t>(position), from - 1));
  }
  return source;
}

void sample_down(std::span<const float> in,
                 const Extent3& from,
                 std::span<float> out,
                 const Extent3& to) {
  const auto zs = nearest_axis(from[0], to[0]);
  const auto ys = nearest_axis(from[1], to[1]);
  const auto xs = nearest_axis(from[2], to[2]);
  float* target = out.data();
  for (const std::int64_t z : zs) {
    for (const std::int64_t y : ys) {
      const float* const row = in.data() + imaging::linear_index(from, z, y, 0);
      for (const std::int64_t x : xs) *target++ = row[x];
    }
  }
}

void sample_up(std::span<const float> in,
               const Extent3& from,
               std::span<float> out,
               const Extent3& to) {
  const LinearAxis zs = linear_axis(from[0], to[0]);
  const LinearAxis ys = linear_axis(from[1], to[1]);
  const LinearAxis xs = linear_axis(from[2], to[2]);
  std::vector<float> row(static_cast<std::size_t>(from[2]));
  float* target = out.data();
  for (std::size_t z = 0; z < zs.low.size(); ++z) {
    for (std::size_t y = 0; y < ys.low.size(); ++y) {
      const float* const r00 = in.data() + imaging::linear_index(from, zs.low[z], ys.low[y], 0);
      const float* const r01 = in.data() + imaging::linear_index(from, zs.low[z], ys.high[y], 0);
      const float* const r10 = in.data() + imaging::linear_index(from, zs.high[z], ys.low[y], 0);
      const float* const r11 = in.data() + imaging::linear_index(from, zs.high[z], ys.high[y], 0);
      const float wz = zs.weight[z];
      const float wy = ys.weight[y];
      for (std::size_t x = 0; x < row.size(); ++x) {
        const float a = r00[x] * (1.0F - wy) + r01[x] * wy;
        const float b = r10[x] * (1.0F - wy) + r11[x] * wy;
        row[x] = a * (1.0F - wz) + b * wz;
      }
      for (std::size_t x = 0; x < xs.low.size(); ++x) {
        const float w = xs.weight[x];
        *target++ = row[static_cast<std::size_t>(xs.low[x])] * (1.0F - w) +
                    row[static_cast<std::size_t>(xs.high[x])] * w;
      }
    }
  }
}

}  // namespace

void apply_low_resolution(const LowResolutionParameters& parameters,
                          std::span<float> image,
                          const Extent3& extent) {
  const auto voxels = static_cast<std::size_t>(imaging::voxel_count(extent));
  std::vector<float> small;
  for (const LowResolutionParameters::Channel& entry : parameters.channels) {
    Extent3 reduced = extent;
    for (std::size_t a = 0; a < 3; ++a) {
      const double size = static_cast<double>(extent[a]) * static_cast<double>(entry.scale[a]);
      reduced[a] = std::max<std::int64_t>(1, static_cast<std::int64_t>(std::nearbyint(size)));
    }
    if (reduced == extent) continue;
    const std::span<float> channel =
        image.subspan(static_cast<std::size_t>(entry.channel) * voxels, voxels);
    small.resize(static_cast<std::size_t>(imaging::voxel_count(reduced)));
    sample_down(channel, extent, small, reduced);
    sample_up(small, reduced, channel, extent);
  }
}

}  // namespace nnflow::augment
