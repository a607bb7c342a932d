// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "augment/kernels/spatial/source_row.hpp"

#include <cmath>
#include <limits>
#include <stdexcept>

#include "augment/kernels/wide_vectors.hpp"

namespace nnflow::augment {
namespace {

using imaging::Extent3;

// One axis of a row.
struct Axis {
  float start;  // source offset from the centre at x offset 0
  float step;   // its change with x
  float first;  // x offset of the first position
  float size;   // of the source
};

// The sampler of the reference for volumes rounds this product and difference twice.
NNFLOW_WIDE_VECTORS void fill_axis(const Axis& axis,
                                   std::size_t width,
                                   float* __restrict__ position,
                                   float* __restrict__ floor,
                                   float* __restrict__ fraction) {
  const float half = axis.size / 2.0F;
  const auto count = static_cast<int>(width);
  for (int x = 0; x < count; ++x) {
    const float dx = axis.first + static_cast<float>(x);
    const float shifted = (axis.start + axis.step * dx) / half + 1.0F;
    position[x] = (shifted * axis.size - 1.0F) / 2.0F;
    // floor without SSE4.1: truncate, then step down where truncation went up
    const auto truncated = static_cast<float>(static_cast<int>(position[x]));
    floor[x] = truncated - (truncated > position[x] ? 1.0F : 0.0F);
    fraction[x] = position[x] - floor[x];
  }
}

// Its sampler for planes rounds them once.
NNFLOW_WIDE_VECTORS void fill_plane_axis(const Axis& axis,
                                         std::size_t width,
                                         float* __restrict__ position,
                                         float* __restrict__ floor,
                                         float* __restrict__ fraction) {
  const float half = axis.size / 2.0F;
  const auto count = static_cast<int>(width);
  for (int x = 0; x < count; ++x) {
    const float dx = axis.first + static_cast<float>(x);
    const float shifted = (axis.start + axis.step * dx) / half + 1.0F;
    position[x] = static_cast<float>(double{shifted} * double{half} - 0.5);
    const auto truncated = static_cast<float>(static_cast<int>(position[x]));
    floor[x] = truncated - (truncated > position[x] ? 1.0F : 0.0F);
    fraction[x] = position[x] - floor[x];
  }
}

NNFLOW_WIDE_VECTORS void fill_offset(const std::array<const float*, 3>& floor,
                                     const std::array<std::int32_t, 2>& stride,
                                     std::size_t first,
                                     std::size_t last,
                                     std::int32_t* __restrict__ offset) {
  const float* const z = floor[0];
  const float* const y = floor[1];
  const float* const x = floor[2];
  for (std::size_t i = first; i < last; ++i) {
    offset[i] = static_cast<std::int32_t>(z[i]) * stride[0] +
                static_cast<std::int32_t>(y[i]) * stride[1] + static_cast<std::int32_t>(x[i]);
  }
}

}  // namespace

SourceRow::SourceRow(const Matrix3& affine, const Extent3& in, const Extent3& out)
    : in_(in),
      out_(out),
      planar_(affine[0] == std::array<double, 3>{1, 0, 0} && affine[1][0] == 0.0 &&
              affine[2][0] == 0.0 && in[0] == out[0]) {
  if ((in[0] == 1 || out[0] == 1) && !planar_) {
    throw std::invalid_argument("a single slice takes an in-plane transform and keeps its slice");
  }
  if (imaging::voxel_count(in) > std::numeric_limits<std::int32_t>::max()) {
    throw std::invalid_argument("a patch to transform has less than 2^31 voxels in a channel");
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
    const Axis axis{affine_[a][0] * dz + affine_[a][1] * dy, affine_[a][2], first,
                    static_cast<float>(in_[a])};
    if (planar_) {
      fill_plane_axis(axis, width, position, floor, fraction);
    } else {
      fill_axis(axis, width, position, floor, fraction);
    }
  }
  find_interior();
  fill_offset({floor_[0].data(), floor_[1].data(), floor_[2].data()},
              {static_cast<std::int32_t>(in_[1] * in_[2]), static_cast<std::int32_t>(in_[2])},
              interior_.first, interior_.second, offset_.data());
}

void SourceRow::find_interior() {
  const auto inner = [this](std::size_t x) {
    for (std::size_t a = planar_ ? 1 : 0; a < 3; ++a) {
      if (!(floor_[a][x] >= 0.0F && floor_[a][x] <= static_cast<float>(in_[a] - 2))) return false;
    }
    return true;
  };
  std::size_t first = 0;
  std::size_t last = offset_.size();
  while (first < last && !inner(first)) ++first;
  while (last > first && !inner(last - 1)) --last;
  interior_ = {first, last};
}

}  // namespace nnflow::augment
