// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "resample/kernels/resample.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>
#include <string>
#include <vector>

#include "resample/kernels/axis_map.hpp"
#include "resample/kernels/slices.hpp"
#include "resample/kernels/volume_resize.hpp"

namespace nnflow::resample {
namespace {

std::size_t checked_channels(std::size_t source,
                             const Extent3& source_extent,
                             std::size_t target,
                             const Extent3& target_extent) {
  const auto in = static_cast<std::size_t>(imaging::voxel_count(source_extent));
  const auto out = static_cast<std::size_t>(imaging::voxel_count(target_extent));
  if (in == 0 || out == 0) throw std::invalid_argument("resample: an extent is empty");
  if (source % in != 0 || target % out != 0 || source / in != target / out) {
    throw std::invalid_argument("resample: the arrays hold " + std::to_string(source) + " and " +
                                std::to_string(target) + " values, which do not fit the extents");
  }
  return source / in;
}

void resize(std::span<const float> source,
            const Extent3& source_extent,
            std::span<float> target,
            const Extent3& target_extent,
            Order order,
            int threads) {
  if (source_extent == target_extent) {
    std::copy(source.begin(), source.end(), target.begin());
    return;
  }
  switch (order) {
    case Order::kNearest:
      nearest_resize(source, source_extent, target, target_extent);
      break;
    case Order::kLinear:
      linear_resize(source, source_extent, target, target_extent, threads);
      break;
    case Order::kCubic:
      cubic_resize(source, source_extent, target, target_extent, threads);
      break;
  }
}

}  // namespace

Extent3 resampled_extent(const Extent3& extent, const Spacing3& current, const Spacing3& target) {
  Extent3 result{};
  for (std::size_t i = 0; i < 3; ++i) {
    result[i] = std::llrint(current[i] / target[i] * static_cast<double>(extent[i]));
  }
  return result;
}

void resample_channels(std::span<const float> source,
                       const Extent3& source_extent,
                       std::span<float> target,
                       const Extent3& target_extent,
                       Order order,
                       SeparateZ separate,
                       int threads) {
  const std::size_t channels =
      checked_channels(source.size(), source_extent, target.size(), target_extent);
  if (source_extent == target_extent) {
    std::copy(source.begin(), source.end(), target.begin());
    return;
  }
  const std::size_t in = source.size() / channels;
  const std::size_t out = target.size() / channels;
  for (std::size_t c = 0; c < channels; ++c) {
    const auto from = source.subspan(c * in, in);
    const auto to = target.subspan(c * out, out);
    if (separate) {
      for_each_slice<float>(from, source_extent, to, target_extent, *separate, threads,
                            [order](std::span<const float> slice, const Extent3& extent,
                                    std::span<float> result, const Extent3& result_extent) {
                              resize(slice, extent, result, result_extent, order, 1);
                            });
    } else {
      resize(from, source_extent, to, target_extent, order, threads);
    }
  }
}

void resample_labels(std::span<const std::int16_t> source,
                     const Extent3& source_extent,
                     std::span<std::int16_t> target,
                     const Extent3& target_extent,
                     Order order,
                     SeparateZ separate,
                     LabelRule rule) {
  if (order == Order::kCubic) {
    throw std::invalid_argument("resample: labels take order 0 or 1, not 3");
  }
  if (checked_channels(source.size(), source_extent, target.size(), target_extent) != 1) {
    throw std::invalid_argument("resample: a label map has one channel");
  }
  if (source_extent == target_extent) {
    std::copy(source.begin(), source.end(), target.begin());
    return;
  }
  const auto resize_label = [order, rule](auto from, const Extent3& extent, auto to,
                                          const Extent3& result_extent) {
    label_resize(from, extent, to, result_extent, order, rule);
  };
  if (separate) {
    for_each_slice<std::int16_t>(source, source_extent, target, target_extent, *separate, 1,
                                 resize_label);
  } else {
    resize_label(source, source_extent, target, target_extent);
  }
}

}  // namespace nnflow::resample
