// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "plan/kernels/topology.hpp"

#include <algorithm>
#include <cmath>

namespace nnflow::plan {
namespace {

/// Axes that the next stage pools: long enough and within a factor of two of the finest of those.
std::vector<std::size_t> poolable_axes(const std::vector<double>& spacing,
                                       const std::vector<double>& size,
                                       double min_edge) {
  std::vector<std::size_t> axes;
  double finest = 0.0;
  for (std::size_t i = 0; i < size.size(); ++i) {
    if (size[i] < 2.0 * min_edge) continue;
    finest = axes.empty() ? spacing[i] : std::min(finest, spacing[i]);
    axes.push_back(i);
  }
  std::erase_if(axes, [&](std::size_t i) { return spacing[i] / finest >= 2.0; });
  if (axes.size() == 1 && size[axes.front()] < 3.0 * min_edge) axes.clear();
  return axes;
}

std::int64_t padded(double size, std::int64_t divisor) {
  const auto d = static_cast<double>(divisor);
  const double rest = std::fmod(size, d);
  return static_cast<std::int64_t>(rest == 0.0 ? size : size + d - rest);
}

}  // namespace

Topology pool_topology(std::span<const double> spacing,
                       std::span<const double> size,
                       std::int64_t min_edge) {
  const std::size_t axes = spacing.size();
  std::vector<double> current_spacing(spacing.begin(), spacing.end());
  std::vector<double> current_size(size.begin(), size.end());
  std::vector<std::int64_t> kernel(axes, 1);
  Topology result;
  result.strides.emplace_back(axes, 1);
  result.divisor.assign(axes, 1);
  while (true) {
    const auto pooled = poolable_axes(current_spacing, current_size, static_cast<double>(min_edge));
    if (pooled.empty()) break;
    const double finest = *std::min_element(current_spacing.begin(), current_spacing.end());
    for (std::size_t i = 0; i < axes; ++i) {
      if (current_spacing[i] / finest < 2.0) kernel[i] = 3;  // once 3, always 3
    }
    std::vector<std::int64_t> stride(axes, 1);
    for (const std::size_t i : pooled) {
      stride[i] = 2;
      result.divisor[i] *= 2;
      current_spacing[i] *= 2.0;
      current_size[i] = std::ceil(current_size[i] / 2.0);
    }
    result.strides.push_back(std::move(stride));
    result.kernel_sizes.push_back(kernel);
  }
  result.kernel_sizes.emplace_back(axes, 3);
  for (std::size_t i = 0; i < axes; ++i) result.patch.push_back(padded(size[i], result.divisor[i]));
  return result;
}

}  // namespace nnflow::plan
