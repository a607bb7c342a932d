// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <limits>
#include <vector>

#include <nnflow/imaging/parallel.hpp>

#include "resample/kernels/cubic_axis.hpp"
#include "resample/kernels/volume_resize.hpp"

namespace nnflow::resample {
namespace {

using imaging::Extent3;

constexpr Range kUnlimited{-std::numeric_limits<double>::infinity(),
                           std::numeric_limits<double>::infinity()};

/// Resizes slices (y, x); keeps the buffers of one worker.
class PlaneResizer {
 public:
  PlaneResizer(const AxisMap& y, const AxisMap& x) : y_map_(y), x_map_(x), y_(y), x_(x) {
    if (y.in != y.out && x.in != x.out) {
      const std::int64_t rows_first = y.in * x.out;
      const std::int64_t columns_first = y.out * x.in;
      rows_first_ = rows_first < columns_first;
      middle_.resize(static_cast<std::size_t>(std::min(rows_first, columns_first)));
    }
  }

  template <class In, class Out>
  void operator()(const In* source, Out* target, Range range) {
    const bool same_y = y_map_.in == y_map_.out;
    if (same_y && x_map_.in == x_map_.out) {
      for (std::int64_t i = 0; i < y_map_.in * x_map_.in; ++i)
        target[i] = static_cast<Out>(source[i]);
    } else if (same_y) {
      x_.rows(source, target, y_map_.in, range);
    } else if (x_map_.in == x_map_.out) {
      y_.columns(source, x_map_.in, target, x_map_.in, 0, x_map_.in, range);
    } else if (rows_first_) {
      x_.rows(source, middle_.data(), y_map_.in, kUnlimited);
      y_.columns(middle_.data(), x_map_.out, target, x_map_.out, 0, x_map_.out, range);
    } else {
      y_.columns(source, x_map_.in, middle_.data(), x_map_.in, 0, x_map_.in, kUnlimited);
      x_.rows(middle_.data(), target, y_map_.out, range);
    }
  }

 private:
  const AxisMap& y_map_;
  const AxisMap& x_map_;
  CubicAxis y_;
  CubicAxis x_;
  bool rows_first_ = false;
  std::vector<double> middle_;
};

template <class In, class Out>
void resize_planes(const In* source,
                   Out* target,
                   std::int64_t planes,
                   const AxisMap& y,
                   const AxisMap& x,
                   Range range,
                   int threads) {
  imaging::parallel_ranges(planes, threads, [&](std::int64_t first, std::int64_t last) {
    PlaneResizer resize(y, x);
    for (std::int64_t z = first; z < last; ++z) {
      resize(source + z * y.in * x.in, target + z * y.out * x.out, range);
    }
  });
}

template <class In, class Out>
void resize_depth(
    const In* source, Out* target, const AxisMap& z, std::int64_t plane, Range range, int threads) {
  const std::int64_t blocks = (plane + kLanes - 1) / kLanes;
  imaging::parallel_ranges(blocks, threads, [&](std::int64_t first, std::int64_t last) {
    CubicAxis axis(z);
    axis.columns(source, plane, target, plane, first * kLanes, std::min(last * kLanes, plane),
                 range);
  });
}

}  // namespace

void cubic_resize(std::span<const float> source,
                  const Extent3& source_extent,
                  std::span<float> target,
                  const Extent3& target_extent,
                  int threads) {
  const Range range = range_of(source);
  const AxisMap z = cubic_map(source_extent[0], target_extent[0]);
  const AxisMap y = cubic_map(source_extent[1], target_extent[1]);
  const AxisMap x = cubic_map(source_extent[2], target_extent[2]);
  const std::int64_t plane_in = y.in * x.in;
  const std::int64_t plane_out = y.out * x.out;
  if (z.in == z.out) {
    resize_planes(source.data(), target.data(), z.in, y, x, range, threads);
  } else if (y.in == y.out && x.in == x.out) {
    resize_depth(source.data(), target.data(), z, plane_in, range, threads);
  } else if (z.in * plane_out <= z.out * plane_in) {
    std::vector<double> middle(static_cast<std::size_t>(z.in * plane_out));
    resize_planes(source.data(), middle.data(), z.in, y, x, kUnlimited, threads);
    resize_depth(middle.data(), target.data(), z, plane_out, range, threads);
  } else {
    std::vector<double> middle(static_cast<std::size_t>(z.out * plane_in));
    resize_depth(source.data(), middle.data(), z, plane_in, kUnlimited, threads);
    resize_planes(middle.data(), target.data(), z.out, y, x, range, threads);
  }
}

}  // namespace nnflow::resample
