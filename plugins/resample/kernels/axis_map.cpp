// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "resample/kernels/axis_map.hpp"

#include <algorithm>
#include <cmath>

#include <nnflow/imaging/torch_position.hpp>

namespace nnflow::resample {
namespace {

// The order of the four operations is that of scipy.ndimage.zoom; ties between labels depend on it.
double source_position(std::int64_t k, double ratio) {
  double position = static_cast<double>(k);
  position += 0.5;
  position *= ratio;
  position -= 0.5;
  return position;
}

double ratio_of(std::int64_t in, std::int64_t out) {
  return static_cast<double>(in) / static_cast<double>(out);
}

}  // namespace

AxisMap cubic_map(std::int64_t in, std::int64_t out) {
  AxisMap map{in, out, {}, {}};
  map.start.reserve(static_cast<std::size_t>(out));
  map.weight.reserve(static_cast<std::size_t>(4 * out));
  const double ratio = ratio_of(in, out);
  for (std::int64_t k = 0; k < out; ++k) {
    const double position = source_position(k, ratio) + static_cast<double>(kCubicPad);
    const double below = std::floor(position);
    map.start.push_back(static_cast<std::int64_t>(below) - 1);
    const double x = position - below;
    const double w = 1.0 - x;
    const double w1 = (x * x * (x - 2.0) * 3.0 + 4.0) / 6.0;
    const double w2 = (w * w * (w - 2.0) * 3.0 + 4.0) / 6.0;
    const double w0 = w * w * w / 6.0;
    map.weight.insert(map.weight.end(), {w0, w1, w2, 1.0 - w0 - w1 - w2});
  }
  return map;
}

AxisMap linear_map(std::int64_t in, std::int64_t out) {
  AxisMap map{in, out, {}, {}};
  map.start.reserve(static_cast<std::size_t>(out));
  map.weight.reserve(static_cast<std::size_t>(2 * out));
  const double ratio = ratio_of(in, out);
  for (std::int64_t k = 0; k < out; ++k) {
    const double position = source_position(k, ratio);
    const double below = std::floor(position);
    map.start.push_back(static_cast<std::int64_t>(below) + kLinearPad);
    const double w0 = 1.0 - (position - below);
    map.weight.insert(map.weight.end(), {w0, 1.0 - w0});
  }
  return map;
}

AxisMap torch_linear_map(std::int64_t in, std::int64_t out) {
  AxisMap map{in, out, {}, {}};
  map.start.reserve(static_cast<std::size_t>(out));
  map.weight.reserve(static_cast<std::size_t>(2 * out));
  for (std::int64_t k = 0; k < out; ++k) {
    const float position = imaging::torch_position(k, in, out);
    const std::int64_t below = std::min(static_cast<std::int64_t>(position), in - 1);
    const float second = std::clamp(position - static_cast<float>(below), 0.0F, 1.0F);
    map.start.push_back(below + kLinearPad);
    map.weight.push_back(static_cast<double>(1.0F - second));
    map.weight.push_back(static_cast<double>(second));
  }
  return map;
}

std::vector<std::int64_t> nearest_map(std::int64_t in, std::int64_t out) {
  std::vector<std::int64_t> index(static_cast<std::size_t>(out));
  const double ratio = ratio_of(in, out);
  for (std::int64_t k = 0; k < out; ++k) {
    const auto nearest = static_cast<std::int64_t>(std::floor(source_position(k, ratio) + 0.5));
    index[static_cast<std::size_t>(k)] = std::clamp<std::int64_t>(nearest, 0, in - 1);
  }
  return index;
}

std::vector<std::int64_t> torch_nearest_map(std::int64_t in, std::int64_t out) {
  std::vector<std::int64_t> index(static_cast<std::size_t>(out));
  for (std::int64_t k = 0; k < out; ++k) {
    index[static_cast<std::size_t>(k)] = imaging::torch_nearest(k, in, out);
  }
  return index;
}

}  // namespace nnflow::resample
