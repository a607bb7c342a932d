// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "augment/kernels/target/downsample.hpp"

#include <algorithm>

namespace nnflow::augment {

imaging::Extent3 scaled_extent(const imaging::Extent3& extent, const std::array<double, 3>& scale) {
  imaging::Extent3 scaled;
  for (std::size_t a = 0; a < 3; ++a) {
    const double size = std::nearbyint(static_cast<double>(extent[a]) * scale[a]);
    scaled[a] = std::max<std::int64_t>(1, static_cast<std::int64_t>(size));
  }
  return scaled;
}

std::vector<std::array<double, 3>> deep_supervision_scales(
    std::span<const std::array<std::int64_t, 3>> strides) {
  std::vector<std::array<double, 3>> scales;
  std::array<std::int64_t, 3> product{1, 1, 1};
  for (std::size_t i = 0; i + 1 < strides.size(); ++i) {
    std::array<double, 3> scale;
    for (std::size_t a = 0; a < 3; ++a) {
      product[a] *= strides[i][a];
      scale[a] = 1.0 / static_cast<double>(product[a]);
    }
    scales.push_back(scale);
  }
  return scales;
}

std::vector<std::int64_t> nearest_exact_indices(std::int64_t from, std::int64_t to) {
  const float scale = static_cast<float>(from) / static_cast<float>(to);
  std::vector<std::int64_t> source(static_cast<std::size_t>(to));
  for (std::size_t i = 0; i < source.size(); ++i) {
    const float position = std::floor((static_cast<float>(i) + 0.5F) * scale);
    source[i] = std::min(static_cast<std::int64_t>(position), from - 1);
  }
  return source;
}

}  // namespace nnflow::augment
