// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "augment/kernels/local/bump.hpp"

#include <algorithm>

#include "augment/kernels/wide_vectors.hpp"

namespace nnflow::augment {
namespace {

NNFLOW_WIDE_VECTORS void fill_row(const float* __restrict__ part,
                                  std::size_t width,
                                  float plane,
                                  float low,
                                  float range,
                                  float* __restrict__ out) {
  for (std::size_t x = 0; x < width; ++x) out[x] = (plane * part[x] - low) / range;
}

}  // namespace

BumpField::BumpField(const Bump& bump, const imaging::Extent3& extent) {
  float low = 1.0F;
  float high = 1.0F;
  for (std::size_t a = 0; a < 3; ++a) {
    part_[a].assign(static_cast<std::size_t>(extent[a]), 1.0F);
    if (extent[a] == 1) continue;
    const double centre = bump.centre[a] * static_cast<double>(extent[a]);
    const auto below = [&](double edge) {
      return 0.5 * std::erfc((centre - edge) / (bump.deviation[a] * std::sqrt(2.0)));
    };
    double previous = below(-0.5);
    for (std::size_t i = 0; i < part_[a].size(); ++i) {
      const double next = below(static_cast<double>(i) + 0.5);
      part_[a][i] = static_cast<float>(next - previous);
      previous = next;
    }
    // Rounded products of numbers that are not negative keep their order.
    low *= *std::min_element(part_[a].begin(), part_[a].end());
    high *= *std::max_element(part_[a].begin(), part_[a].end());
  }
  low_ = low;
  width_ = high - low;
}

void BumpField::row(std::int64_t z, std::int64_t y, float* out) const {
  const std::size_t width = part_[2].size();
  if (!(width_ > 0.0F)) {
    std::fill_n(out, width, 0.0F);
    return;
  }
  const float plane = part_[0][static_cast<std::size_t>(z)] * part_[1][static_cast<std::size_t>(y)];
  fill_row(part_[2].data(), width, plane, low_, width_, out);
}

}  // namespace nnflow::augment
