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

/// Checks the arrays and resamples each channel by `resize(span, extent, span, extent, threads)`,
/// with `nearest_of(in, out)` along a separate axis.
template <class T, class Resize, class Nearest>
void resample_each(std::span<const T> source,
                   const Extent3& source_extent,
                   std::span<T> target,
                   const Extent3& target_extent,
                   SeparateZ separate,
                   const Nearest& nearest_of,
                   int threads,
                   const Resize& resize) {
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
    if (!separate) {
      resize(from, source_extent, to, target_extent, threads);
      continue;
    }
    const auto axis = static_cast<std::size_t>(*separate);
    for_each_slice<T>(from, source_extent, to, target_extent, *separate,
                      nearest_of(source_extent[axis], target_extent[axis]), threads,
                      [&resize](std::span<const T> slice, const Extent3& extent,
                                std::span<T> result, const Extent3& result_extent) {
                        resize(slice, extent, result, result_extent, 1);
                      });
  }
}

void require_one_channel(std::size_t values, const Extent3& extent) {
  if (static_cast<std::int64_t>(values) != imaging::voxel_count(extent)) {
    throw std::invalid_argument("resample: a label map has one channel");
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
  resample_each<float>(
      source, source_extent, target, target_extent, separate, nearest_map, threads,
      [order](auto from, const Extent3& extent, auto to, const Extent3& result_extent,
              int workers) { resize(from, extent, to, result_extent, order, workers); });
}

void torch_resample_channels(std::span<const float> source,
                             const Extent3& source_extent,
                             std::span<float> target,
                             const Extent3& target_extent,
                             SeparateZ separate,
                             int threads) {
  resample_each<float>(
      source, source_extent, target, target_extent, separate, torch_nearest_map, threads,
      [](auto from, const Extent3& extent, auto to, const Extent3& result_extent, int workers) {
        if (extent == result_extent) {
          std::copy(from.begin(), from.end(), to.begin());
        } else {
          torch_linear_resize(from, extent, to, result_extent, workers);
        }
      });
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
  require_one_channel(source.size(), source_extent);
  resample_each<std::int16_t>(source, source_extent, target, target_extent, separate, nearest_map,
                              1,
                              [order, rule](auto from, const Extent3& extent, auto to,
                                            const Extent3& result_extent, int /*workers*/) {
                                label_resize(from, extent, to, result_extent, order, rule);
                              });
}

void torch_resample_labels(std::span<const std::int16_t> source,
                           const Extent3& source_extent,
                           std::span<std::int16_t> target,
                           const Extent3& target_extent,
                           SeparateZ separate,
                           TorchLabelRule rule) {
  require_one_channel(source.size(), source_extent);
  resample_each<std::int16_t>(
      source, source_extent, target, target_extent, separate, torch_nearest_map, 1,
      [rule](auto from, const Extent3& extent, auto to, const Extent3& result_extent,
             int /*workers*/) { torch_label_resize(from, extent, to, result_extent, rule); });
}

}  // namespace nnflow::resample
