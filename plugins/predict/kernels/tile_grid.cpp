// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "predict/kernels/tile_grid.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace nnflow::predict {

std::vector<std::int64_t> tile_starts(std::int64_t image, std::int64_t patch, double step) {
  if (patch <= 0 || image < patch)
    throw std::invalid_argument("tile_starts: image shorter than patch");
  if (!(step > 0.0) || step > 1.0) throw std::invalid_argument("tile_starts: step outside (0, 1]");
  const double target = static_cast<double>(patch) * step;
  const auto span = static_cast<double>(image - patch);
  const auto count = static_cast<std::int64_t>(std::ceil(span / target)) + 1;
  std::vector<std::int64_t> starts(static_cast<std::size_t>(count), 0);
  if (count == 1) return starts;
  const double actual = span / static_cast<double>(count - 1);
  for (std::int64_t i = 0; i < count; ++i) {
    starts[static_cast<std::size_t>(i)] =
        static_cast<std::int64_t>(std::nearbyint(actual * static_cast<double>(i)));
  }
  return starts;
}

std::vector<imaging::Extent3> tile_grid(const imaging::Extent3& image,
                                        const imaging::Extent3& patch,
                                        double step,
                                        bool slice_wise) {
  const auto along = [&](std::size_t axis) {
    return tile_starts(std::max(image[axis], patch[axis]), patch[axis], step);
  };
  std::vector<std::int64_t> z_starts;
  if (slice_wise) {
    for (std::int64_t z = 0; z < image[0]; ++z) z_starts.push_back(z);
  } else {
    z_starts = along(0);
  }
  const auto y_starts = along(1);
  const auto x_starts = along(2);
  std::vector<imaging::Extent3> tiles;
  tiles.reserve(z_starts.size() * y_starts.size() * x_starts.size());
  for (const auto z : z_starts) {
    for (const auto y : y_starts) {
      for (const auto x : x_starts) tiles.push_back({z, y, x});
    }
  }
  return tiles;
}

}  // namespace nnflow::predict
