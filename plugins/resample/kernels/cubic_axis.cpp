// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "resample/kernels/cubic_axis.hpp"

#include <algorithm>
#include <cmath>

namespace nnflow::resample {
namespace {

// sqrt(3) - 2, the pole of the cubic B-spline.
constexpr double kPole = -0.267949192431122706472553658494127633;
// |kPole|^64 is below 1e-36: later terms of the start value cannot change a double.
constexpr std::int64_t kStartTerms = 64;

template <class Out>
Out limited(double value, Range range) {
  return static_cast<Out>(std::min(std::max(value, range.low), range.high));
}

}  // namespace

void spline_coefficients(double* lines, std::int64_t length) {
  constexpr double kGain = (1.0 - kPole) * (1.0 - 1.0 / kPole);
  for (std::int64_t i = 0; i < length * kLanes; ++i) lines[i] *= kGain;

  const double zn = std::pow(kPole, static_cast<double>(length));
  double first[kLanes];
  double sum[kLanes];
  const double* end = lines + (length - 1) * kLanes;
  for (std::int64_t l = 0; l < kLanes; ++l) {
    first[l] = lines[l];
    sum[l] = lines[l] + zn * end[l];
  }
  double zi = kPole;
  for (std::int64_t i = 1; i < std::min(length, kStartTerms); ++i) {
    const double* front = lines + i * kLanes;
    const double* back = lines + (length - 1 - i) * kLanes;
    for (std::int64_t l = 0; l < kLanes; ++l) sum[l] += zi * (front[l] + zn * back[l]);
    zi *= kPole;
  }
  const double scale = kPole / (1.0 - zn * zn);
  for (std::int64_t l = 0; l < kLanes; ++l) lines[l] = sum[l] * scale + first[l];

  for (std::int64_t i = 1; i < length; ++i) {
    double* here = lines + i * kLanes;
    for (std::int64_t l = 0; l < kLanes; ++l) here[l] += kPole * here[l - kLanes];
  }
  double* last = lines + (length - 1) * kLanes;
  for (std::int64_t l = 0; l < kLanes; ++l) last[l] *= kPole / (kPole - 1.0);
  for (std::int64_t i = length - 2; i >= 0; --i) {
    double* here = lines + i * kLanes;
    for (std::int64_t l = 0; l < kLanes; ++l) here[l] = kPole * (here[l + kLanes] - here[l]);
  }
}

CubicAxis::CubicAxis(const AxisMap& map)
    : map_(map),
      lines_(static_cast<std::size_t>((map.in + 2 * kCubicPad) * kLanes)),
      result_(static_cast<std::size_t>(map.out * kLanes)) {}

void CubicAxis::pad_and_filter() {
  const double* first = lines_.data() + kCubicPad * kLanes;
  const double* last = first + (map_.in - 1) * kLanes;
  double* before = lines_.data();
  double* after = lines_.data() + (kCubicPad + map_.in) * kLanes;
  for (std::int64_t i = 0; i < kCubicPad; ++i) {
    std::copy_n(first, kLanes, before + i * kLanes);
    std::copy_n(last, kLanes, after + i * kLanes);
  }
  spline_coefficients(lines_.data(), map_.in + 2 * kCubicPad);
}

void CubicAxis::evaluate(std::int64_t k, double* lanes) const {
  const double* tap = lines_.data() + map_.start[static_cast<std::size_t>(k)] * kLanes;
  const double* w = map_.weight.data() + 4 * k;
  for (std::int64_t l = 0; l < kLanes; ++l) {
    lanes[l] = tap[l] * w[0] + tap[l + kLanes] * w[1] + tap[l + 2 * kLanes] * w[2] +
               tap[l + 3 * kLanes] * w[3];
  }
}

template <class In, class Out>
void CubicAxis::columns(const In* source,
                        std::int64_t source_stride,
                        Out* target,
                        std::int64_t target_stride,
                        std::int64_t first,
                        std::int64_t last,
                        Range range) {
  double lanes[kLanes];
  for (std::int64_t column = first; column < last; column += kLanes) {
    const std::int64_t width = std::min(kLanes, last - column);
    double* line = lines_.data() + kCubicPad * kLanes;
    for (std::int64_t i = 0; i < map_.in; ++i) {
      const In* row = source + i * source_stride + column;
      for (std::int64_t l = 0; l < width; ++l) line[i * kLanes + l] = static_cast<double>(row[l]);
    }
    pad_and_filter();
    for (std::int64_t k = 0; k < map_.out; ++k) {
      evaluate(k, lanes);
      Out* row = target + k * target_stride + column;
      for (std::int64_t l = 0; l < width; ++l) row[l] = limited<Out>(lanes[l], range);
    }
  }
}

template <class In, class Out>
void CubicAxis::rows(const In* source, Out* target, std::int64_t rows, Range range) {
  for (std::int64_t row = 0; row < rows; row += kLanes) {
    const std::int64_t height = std::min(kLanes, rows - row);
    double* line = lines_.data() + kCubicPad * kLanes;
    for (std::int64_t l = 0; l < height; ++l) {
      const In* from = source + (row + l) * map_.in;
      for (std::int64_t i = 0; i < map_.in; ++i)
        line[i * kLanes + l] = static_cast<double>(from[i]);
    }
    pad_and_filter();
    for (std::int64_t k = 0; k < map_.out; ++k) evaluate(k, result_.data() + k * kLanes);
    for (std::int64_t l = 0; l < height; ++l) {
      Out* to = target + (row + l) * map_.out;
      for (std::int64_t k = 0; k < map_.out; ++k) {
        to[k] = limited<Out>(result_[static_cast<std::size_t>(k * kLanes + l)], range);
      }
    }
  }
}

template void CubicAxis::columns(
    const float*, std::int64_t, float*, std::int64_t, std::int64_t, std::int64_t, Range);
template void CubicAxis::columns(
    const float*, std::int64_t, double*, std::int64_t, std::int64_t, std::int64_t, Range);
template void CubicAxis::columns(
    const double*, std::int64_t, float*, std::int64_t, std::int64_t, std::int64_t, Range);
template void CubicAxis::columns(
    const double*, std::int64_t, double*, std::int64_t, std::int64_t, std::int64_t, Range);
template void CubicAxis::rows(const float*, float*, std::int64_t, Range);
template void CubicAxis::rows(const float*, double*, std::int64_t, Range);
template void CubicAxis::rows(const double*, float*, std::int64_t, Range);
template void CubicAxis::rows(const double*, double*, std::int64_t, Range);

}  // namespace nnflow::resample
