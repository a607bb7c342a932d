// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <vector>

#include <nnflow/imaging/parallel.hpp>

#include "resample/kernels/axis_map.hpp"
#include "resample/kernels/range.hpp"
#include "resample/kernels/volume_resize.hpp"

namespace nnflow::resample {
namespace {

using imaging::Extent3;

/// The two clamped taps of one output sample.
struct Pair {
  std::int64_t first;
  std::int64_t second;
  double first_weight;
  double second_weight;
};

std::vector<Pair> pairs_of(const AxisMap& map) {
  const std::int64_t in = map.in;
  std::vector<Pair> pairs(static_cast<std::size_t>(map.out));
  for (std::size_t k = 0; k < pairs.size(); ++k) {
    const std::int64_t below = map.start[k] - kLinearPad;
    pairs[k] = {std::max<std::int64_t>(below, 0), std::min(below + 1, in - 1), map.weight[2 * k],
                map.weight[2 * k + 1]};
  }
  return pairs;
}

template <class In>
void blend(
    const In* first, const In* second, const Pair& pair, double* target, std::int64_t count) {
  for (std::int64_t i = 0; i < count; ++i) {
    target[i] = static_cast<double>(first[i]) * pair.first_weight +
                static_cast<double>(second[i]) * pair.second_weight;
  }
}

using MakeMap = AxisMap (*)(std::int64_t in, std::int64_t out);

void resize(std::span<const float> source,
            const Extent3& source_extent,
            std::span<float> target,
            const Extent3& target_extent,
            MakeMap make_map,
            int threads) {
  const auto z_pairs = pairs_of(make_map(source_extent[0], target_extent[0]));
  const auto y_pairs = pairs_of(make_map(source_extent[1], target_extent[1]));
  const auto x_pairs = pairs_of(make_map(source_extent[2], target_extent[2]));
  const std::int64_t width = source_extent[2];
  const std::int64_t plane = source_extent[1] * width;
  const Range range = range_of(source);
  // Each output slice blends two input slices, then rows, then samples: no volume in double is
  // kept.
  imaging::parallel_ranges(target_extent[0], threads, [&](std::int64_t first, std::int64_t last) {
    std::vector<double> slice(static_cast<std::size_t>(plane));
    std::vector<double> row(static_cast<std::size_t>(width));
    float* out = target.data() + first * target_extent[1] * target_extent[2];
    for (std::int64_t z = first; z < last; ++z) {
      const Pair& depth = z_pairs[static_cast<std::size_t>(z)];
      blend(source.data() + depth.first * plane, source.data() + depth.second * plane, depth,
            slice.data(), plane);
      for (const Pair& line : y_pairs) {
        blend(slice.data() + line.first * width, slice.data() + line.second * width, line,
              row.data(), width);
        for (const Pair& tap : x_pairs) {
          const double value = row[static_cast<std::size_t>(tap.first)] * tap.first_weight +
                               row[static_cast<std::size_t>(tap.second)] * tap.second_weight;
          *out++ = static_cast<float>(std::clamp(value, range.low, range.high));
        }
      }
    }
  });
}

}  // namespace

void linear_resize(std::span<const float> source,
                   const Extent3& source_extent,
                   std::span<float> target,
                   const Extent3& target_extent,
                   int threads) {
  resize(source, source_extent, target, target_extent, linear_map, threads);
}

void torch_linear_resize(std::span<const float> source,
                         const Extent3& source_extent,
                         std::span<float> target,
                         const Extent3& target_extent,
                         int threads) {
  resize(source, source_extent, target, target_extent, torch_linear_map, threads);
}

void nearest_resize(std::span<const float> source,
                    const Extent3& source_extent,
                    std::span<float> target,
                    const Extent3& target_extent) {
  const auto z_index = nearest_map(source_extent[0], target_extent[0]);
  const auto y_index = nearest_map(source_extent[1], target_extent[1]);
  const auto x_index = nearest_map(source_extent[2], target_extent[2]);
  float* out = target.data();
  for (const std::int64_t z : z_index) {
    for (const std::int64_t y : y_index) {
      const float* row = source.data() + (z * source_extent[1] + y) * source_extent[2];
      for (const std::int64_t x : x_index) *out++ = row[x];
    }
  }
}

}  // namespace nnflow::resample
