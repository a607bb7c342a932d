// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "predict/kernels/gaussian_weight.hpp"

#include <array>
#include <cmath>
#include <limits>

#include "nnflow/imaging/half.hpp"

namespace nnflow::predict {

namespace {

std::vector<double> profile(std::int64_t length) {
  const auto centre = static_cast<double>(length / 2);
  const double sigma = static_cast<double>(length) / 8.0;
  std::vector<double> values(static_cast<std::size_t>(length), 1.0);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double offset = static_cast<double>(i) - centre;
    values[i] = std::exp(-(offset * offset) / (2.0 * sigma * sigma));
  }
  return values;
}

}  // namespace

std::vector<float> gaussian_weight(const imaging::Extent3& patch) {
  const std::array<std::vector<double>, 3> profiles{profile(patch[0]), profile(patch[1]),
                                                    profile(patch[2])};
  std::vector<float> weights;
  weights.reserve(static_cast<std::size_t>(imaging::voxel_count(patch)));
  float smallest = std::numeric_limits<float>::infinity();
  for (const double z : profiles[0]) {
    for (const double y : profiles[1]) {
      for (const double x : profiles[2]) {
        const float weight = imaging::round_to_half(static_cast<float>(10.0 * (z * y * x)));
        if (weight > 0.0F && weight < smallest) smallest = weight;
        weights.push_back(weight);
      }
    }
  }
  for (float& weight : weights) {
    if (weight == 0.0F) weight = smallest;
  }
  return weights;
}

}  // namespace nnflow::predict
