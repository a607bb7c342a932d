// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "augment/kernels/spatial/spatial.hpp"

#include <bit>

#include "augment/kernels/spatial/source_row.hpp"
#include "augment/kernels/wide_vectors.hpp"

namespace nnflow::augment {
namespace {

using imaging::Extent3;

Matrix3 product(const Matrix3& a, const Matrix3& b) {
  Matrix3 c{};
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t j = 0; j < 3; ++j) {
      c[i][j] = a[i][0] * b[0][j] + a[i][1] * b[1][j] + a[i][2] * b[2][j];
    }
  }
  return c;
}

float sample_border(const SourceRow& row,
                    std::size_t x,
                    const float* channel,
                    const Extent3& extent) {
  if (row.outside(x)) return 0.0F;
  const Corners corners = corners_of(row, x);
  float value = 0.0F;
  for (std::size_t k = 0; k < 8; ++k) {
    const Extent3 at = corners.voxel(k);
    if (inside(at, extent)) {
      value += channel[imaging::linear_index(extent, at[0], at[1], at[2])] * corners.weight[k];
    }
  }
  return value;
}

// Two neighbours of a row in one load, half as many loads as values.
using Pair [[gnu::may_alias, gnu::aligned(alignof(float))]] = std::uint64_t;

Pair pair_at(const float* at) { return *reinterpret_cast<const Pair*>(at); }
float left(std::uint64_t pair) {
  return std::bit_cast<float>(
      static_cast<std::uint32_t>(std::endian::native == std::endian::little ? pair : pair >> 32U));
}
float right(std::uint64_t pair) {
  return std::bit_cast<float>(
      static_cast<std::uint32_t>(std::endian::native == std::endian::little ? pair >> 32U : pair));
}

// What the positions of a row need of the source.
struct RowTaps {
  const std::int32_t* offset;
  const float* fz;
  const float* fy;
  const float* fx;
  std::int64_t down;  // to the next line of the source
  std::int64_t deep;  // to its next slice
};

NNFLOW_WIDE_VECTORS void sample_plane(const RowTaps& taps,
                                      const float* __restrict__ channel,
                                      std::size_t first,
                                      std::size_t last,
                                      float* __restrict__ out) {
  const std::int32_t* const offset = taps.offset;
  const float* const fys = taps.fy;
  const float* const fxs = taps.fx;
  const float* const below = channel + taps.down;
  for (std::size_t x = first; x < last; ++x) {
    const float fx = fxs[x];
    const float fy = fys[x];
    const float gx = 1.0F - fx;
    const float gy = 1.0F - fy;
    const std::int64_t o = offset[x];
    const std::uint64_t north = pair_at(channel + o);
    const std::uint64_t south = pair_at(below + o);
    out[x] = left(north) * (gx * gy) + right(north) * (fx * gy) + left(south) * (gx * fy) +
             right(south) * (fx * fy);
  }
}

NNFLOW_WIDE_VECTORS void sample_volume(const RowTaps& taps,
                                       const float* __restrict__ channel,
                                       std::size_t first,
                                       std::size_t last,
                                       float* __restrict__ out) {
  const std::int32_t* const offset = taps.offset;
  const float* const fzs = taps.fz;
  const float* const fys = taps.fy;
  const float* const fxs = taps.fx;
  const float* const p01 = channel + taps.down;
  const float* const p10 = channel + taps.deep;
  const float* const p11 = p10 + taps.down;
  for (std::size_t x = first; x < last; ++x) {
    const float fx = fxs[x];
    const float fy = fys[x];
    const float fz = fzs[x];
    const float gx = 1.0F - fx;
    const float gy = 1.0F - fy;
    const float gz = 1.0F - fz;
    const float nw = gx * gy;
    const float ne = fx * gy;
    const float sw = gx * fy;
    const float se = fx * fy;
    const std::int64_t o = offset[x];
    const std::uint64_t a = pair_at(channel + o);
    const std::uint64_t b = pair_at(p01 + o);
    const std::uint64_t c = pair_at(p10 + o);
    const std::uint64_t d = pair_at(p11 + o);
    const float near =
        left(a) * (nw * gz) + right(a) * (ne * gz) + left(b) * (sw * gz) + right(b) * (se * gz);
    out[x] = near + left(c) * (nw * fz) + right(c) * (ne * fz) + left(d) * (sw * fz) +
             right(d) * (se * fz);
  }
}

void sample_row(const SourceRow& row,
                const float* channel,
                const Extent3& extent,
                std::span<float> out) {
  const auto [first, last] = row.interior();
  const RowTaps taps{
      row.offset().data(), row.fraction(0).data(), row.fraction(1).data(), row.fraction(2).data(),
      extent[2],           extent[1] * extent[2]};
  if (row.planar()) {
    sample_plane(taps, channel, first, last, out.data());
  } else {
    sample_volume(taps, channel, first, last, out.data());
  }
  for (std::size_t x = 0; x < first; ++x) out[x] = sample_border(row, x, channel, extent);
  for (std::size_t x = last; x < out.size(); ++x) out[x] = sample_border(row, x, channel, extent);
}

void sample_nearest(const SourceRow& row,
                    const float* channel,
                    const Extent3& extent,
                    std::span<float> out) {
  for (std::size_t x = 0; x < out.size(); ++x) {
    const Extent3 at = row.nearest(x);
    out[x] =
        inside(at, extent) ? channel[imaging::linear_index(extent, at[0], at[1], at[2])] : 0.0F;
  }
}

}  // namespace

Matrix3 volume_affine(const std::array<double, 3>& angles, const std::array<double, 3>& factors) {
  const std::array<double, 3> c{std::cos(angles[0]), std::cos(angles[1]), std::cos(angles[2])};
  const std::array<double, 3> s{std::sin(angles[0]), std::sin(angles[1]), std::sin(angles[2])};
  const Matrix3 rx{{{1, 0, 0}, {0, c[0], -s[0]}, {0, s[0], c[0]}}};
  const Matrix3 ry{{{c[1], 0, s[1]}, {0, 1, 0}, {-s[1], 0, c[1]}}};
  const Matrix3 rz{{{c[2], -s[2], 0}, {s[2], c[2], 0}, {0, 0, 1}}};
  const Matrix3 size{{{factors[0], 0, 0}, {0, factors[1], 0}, {0, 0, factors[2]}}};
  return product(product(product(rz, ry), rx), size);
}

Matrix3 plane_affine(double angle, const std::array<double, 2>& factors) {
  const double c = std::cos(angle);
  const double s = std::sin(angle);
  return {{{1, 0, 0}, {0, c * factors[0], -s * factors[1]}, {0, s * factors[0], c * factors[1]}}};
}

void transform_image(const SpatialParameters& parameters,
                     std::span<const float> in,
                     const Extent3& in_extent,
                     std::span<float> out,
                     const Extent3& out_extent) {
  if (!parameters.interpolate) {
    center_crop(in, in_extent, out, out_extent, 0.0F);
    return;
  }
  const std::int64_t channels =
      static_cast<std::int64_t>(out.size()) / imaging::voxel_count(out_extent);
  SourceRow row(parameters.affine, in_extent, out_extent);
  for (std::int64_t z = 0; z < out_extent[0]; ++z) {
    for (std::int64_t y = 0; y < out_extent[1]; ++y) {
      row.move_to(z, y);
      for (std::int64_t c = 0; c < channels; ++c) {
        float* const target = out.data() + c * imaging::voxel_count(out_extent) +
                              imaging::linear_index(out_extent, z, y, 0);
        const float* const channel = in.data() + c * imaging::voxel_count(in_extent);
        const std::span<float> line(target, static_cast<std::size_t>(out_extent[2]));
        if (parameters.image == Interpolation::kNearest) {
          sample_nearest(row, channel, in_extent, line);
        } else {
          sample_row(row, channel, in_extent, line);
        }
      }
    }
  }
}

}  // namespace nnflow::augment
