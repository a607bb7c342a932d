// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "augment/kernels/spatial/source_row.hpp"

#include <cmath>
#include <stdexcept>

namespace nnflow::augment {

using imaging::Extent3;

SourceRow::SourceRow(const Matrix3& affine, const Extent3& in, const Extent3& out)
    : in_(in),
      out_(out),
      planar_(affine[0] == std::array<double, 3>{1, 0, 0} && affine[1][0] == 0.0 &&
              affine[2][0] == 0.0 && in[0] == out[0]) {
  if ((in[0] == 1 || out[0] == 1) && !planar_) {
    throw std::invalid_argument("a single slice takes an in-plane transform and keeps its slice");
  }
  const auto width = static_cast<std::size_t>(out[2]);
  for (std::size_t a = 0; a < 3; ++a) {
    for (std::size_t b = 0; b < 3; ++b) affine_[a][b] = static_cast<float>(affine[a][b]);
    position_[a].resize(width);
    floor_[a].resize(width);
    fraction_[a].resize(width);
  }
  offset_.resize(width);
  may_leave_ = find_may_leave();
}

float SourceRow::normalised(std::size_t axis, const std::array<float, 3>& offset) const {
  const std::array<float, 3>& row = affine_[axis];
  const float centred = row[0] * offset[0] + row[1] * offset[1] + row[2] * offset[2];
  return centred / (static_cast<float>(in_[axis]) / 2.0F);
}

bool SourceRow::find_may_leave() const {
  const std::size_t first = planar_ ? 1 : 0;
  std::int64_t smallest = in_[2];
  for (std::size_t a = first; a < 3; ++a) smallest = std::min(smallest, in_[a]);
  const double bound = 1.0 - 1.0 / static_cast<double>(smallest);
  std::array<float, 3> half;
  for (std::size_t a = 0; a < 3; ++a) half[a] = static_cast<float>(out_[a] - 1) / 2.0F;
  // The map is affine and rounding is monotonic, so the extremes lie at the corners of the output.
  for (unsigned k = 0; k < 8; ++k) {
    const std::array<float, 3> corner{(k & 4U) != 0 ? half[0] : -half[0],
                                      (k & 2U) != 0 ? half[1] : -half[1],
                                      (k & 1U) != 0 ? half[2] : -half[2]};
    for (std::size_t a = first; a < 3; ++a) {
      if (std::abs(static_cast<double>(normalised(a, corner))) > bound) return true;
    }
  }
  return false;
}

void SourceRow::move_to(std::int64_t z, std::int64_t y) {
  const std::size_t width = offset_.size();
  const float dz = static_cast<float>(z) - static_cast<float>(out_[0] - 1) / 2.0F;
  const float dy = static_cast<float>(y) - static_cast<float>(out_[1] - 1) / 2.0F;
  const float first = -static_cast<float>(out_[2] - 1) / 2.0F;
  for (std::size_t a = 0; a < 3; ++a) {
    float* const position = position_[a].data();
    float* const floor = floor_[a].data();
    float* const fraction = fraction_[a].data();
    if (planar_ && a == 0) {
      std::fill_n(position, width, static_cast<float>(z));
      std::fill_n(floor, width, static_cast<float>(z));
      std::fill_n(fraction, width, 0.0F);
      continue;
    }
    const float start = affine_[a][0] * dz + affine_[a][1] * dy;
    const float step = affine_[a][2];
    const auto size = static_cast<float>(in_[a]);
    const float half = size / 2.0F;
    const auto shifted = [=](std::size_t x) {
      const float dx = first + static_cast<float>(static_cast<int>(x));
      return (start + step * dx) / half + 1.0F;
    };
    if (planar_) {
      // The reference's 2D sampler rounds this product and difference once, its 3D sampler twice.
      for (std::size_t x = 0; x < width; ++x) {
        position[x] = static_cast<float>(double{shifted(x)} * double{half} - 0.5);
      }
    } else {
      for (std::size_t x = 0; x < width; ++x) position[x] = (shifted(x) * size - 1.0F) / 2.0F;
    }
    for (std::size_t x = 0; x < width; ++x) {
      // floor without SSE4.1: truncate, then step down where truncation went up
      const auto truncated = static_cast<float>(static_cast<int>(position[x]));
      floor[x] = truncated - (truncated > position[x] ? 1.0F : 0.0F);
      fraction[x] = position[x] - floor[x];
    }
  }
  const auto top = [this](std::size_t a) { return static_cast<float>(in_[a] - 2); };
  for (std::size_t x = 0; x < width; ++x) {
    const bool interior = (planar_ || (floor_[0][x] >= 0.0F && floor_[0][x] <= top(0))) &&
                          floor_[1][x] >= 0.0F && floor_[1][x] <= top(1) && floor_[2][x] >= 0.0F &&
                          floor_[2][x] <= top(2);
    offset_[x] = interior ? imaging::linear_index(in_, lower(0, x), lower(1, x), lower(2, x)) : -1;
  }
}

}  // namespace nnflow::augment
