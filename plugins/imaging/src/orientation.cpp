// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "orientation.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <numeric>
#include <stdexcept>

namespace nnflow::imaging {
namespace {

using Matrix3 = std::array<double, 9>;

// Letters of the axes of LPS: towards higher and towards lower coordinates.
constexpr std::string_view kTowards = "LPS";
constexpr std::string_view kAway = "RAI";

double determinant(const Matrix3& m) {
  return m[0] * (m[4] * m[8] - m[5] * m[7]) - m[1] * (m[3] * m[8] - m[5] * m[6]) +
         m[2] * (m[3] * m[7] - m[4] * m[6]);
}

// Transposed inverse: the cofactors over the determinant.
Matrix3 inverse_transposed(const Matrix3& m) {
  const double scale = 1.0 / determinant(m);
  Matrix3 out{m[4] * m[8] - m[5] * m[7], m[5] * m[6] - m[3] * m[8], m[3] * m[7] - m[4] * m[6],
              m[2] * m[7] - m[1] * m[8], m[0] * m[8] - m[2] * m[6], m[1] * m[6] - m[0] * m[7],
              m[1] * m[5] - m[2] * m[4], m[2] * m[3] - m[0] * m[5], m[0] * m[4] - m[1] * m[3]};
  for (double& value : out) value *= scale;
  return out;
}

std::int64_t length(const Extent3& extent, std::size_t axis) { return extent[2 - axis]; }

struct Term {
  std::size_t axis;  // of LPS
  bool towards;
};

Term term_of(char letter, std::string_view whole) {
  if (const auto at = kTowards.find(letter); at != std::string_view::npos) return {at, true};
  if (const auto at = kAway.find(letter); at != std::string_view::npos) return {at, false};
  throw std::invalid_argument("'" + std::string(whole) + "' is no orientation such as LPS");
}

}  // namespace

AxisMap AxisMap::inverse() const {
  AxisMap result;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    result.source[source[axis]] = axis;
    result.flipped[source[axis]] = flipped[axis];
  }
  return result;
}

std::array<double, 3> column_lengths(const Affine& affine) {
  std::array<double, 3> lengths{};
  for (std::size_t axis = 0; axis < 3; ++axis) {
    double sum = 0.0;
    for (std::size_t row = 0; row < 3; ++row)
      sum += affine[row * 4 + axis] * affine[row * 4 + axis];
    lengths[axis] = std::sqrt(sum);
  }
  return lengths;
}

std::array<double, 9> closest_rotation(std::array<double, 9> matrix) {
  constexpr int kSteps = 60;
  for (int step = 0; step < kSteps; ++step) {  // Newton's iteration, quadratic
    const Matrix3 other = inverse_transposed(matrix);
    double change = 0.0;
    for (std::size_t i = 0; i < 9; ++i) {
      const double next = 0.5 * (matrix[i] + other[i]);
      change = std::max(change, std::abs(next - matrix[i]));
      matrix[i] = next;
    }
    if (change < 1e-15) break;
  }
  return matrix;
}

AxisMap to_canonical(const Affine& affine) {
  const auto lengths = column_lengths(affine);
  Matrix3 rotation{};
  for (std::size_t row = 0; row < 3; ++row) {
    for (std::size_t axis = 0; axis < 3; ++axis) {
      rotation[row * 3 + axis] = lengths[axis] > 0.0 ? affine[row * 4 + axis] / lengths[axis] : 0.0;
    }
  }
  if (!(std::abs(determinant(rotation)) > 1e-12)) {
    throw std::invalid_argument("the affine does not span space");
  }
  rotation = closest_rotation(rotation);
  // Strongest axis first, so that axes of an oblique image are told apart whatever their order.
  const auto strength = [&](std::size_t axis) {
    double largest = 0.0;
    for (std::size_t row = 0; row < 3; ++row) {
      largest = std::max(largest, rotation[row * 3 + axis] * rotation[row * 3 + axis]);
    }
    return largest;
  };
  const std::array<double, 3> strengths{strength(0), strength(1), strength(2)};
  std::array<std::size_t, 3> order{0, 1, 2};
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return strengths[a] > strengths[b]; });
  AxisMap map;
  for (const std::size_t axis : order) {
    std::size_t target = 0;
    for (std::size_t row = 1; row < 3; ++row) {
      if (std::abs(rotation[row * 3 + axis]) > std::abs(rotation[target * 3 + axis])) target = row;
    }
    map.source[target] = axis;
    map.flipped[target] = rotation[target * 3 + axis] < 0.0;
    for (std::size_t other = 0; other < 3; ++other) rotation[target * 3 + other] = 0.0;
  }
  return map;
}

Affine reordered(const Affine& affine, const AxisMap& map, const Extent3& extent) {
  Affine result = affine;
  for (std::size_t row = 0; row < 3; ++row) {
    double offset = 0.0;
    for (std::size_t old = 0; old < 3; ++old) {
      const auto axis = static_cast<std::size_t>(
          std::find(map.source.begin(), map.source.end(), old) - map.source.begin());
      const double value = affine[row * 4 + old];
      result[row * 4 + axis] = map.flipped[axis] ? -value : value;
      if (map.flipped[axis]) offset += value * static_cast<double>(length(extent, old) - 1);
    }
    result[row * 4 + 3] = offset + affine[row * 4 + 3];
  }
  return result;
}

std::string orientation_of(const std::array<double, 9>& direction) {
  std::string letters(3, ' ');
  std::array<bool, 3> used_row{};
  std::array<bool, 3> used_axis{};
  for (int step = 0; step < 3; ++step) {
    double largest = -1.0;
    std::size_t best_row = 0;
    std::size_t best_axis = 0;
    for (std::size_t row = 0; row < 3; ++row) {
      for (std::size_t axis = 0; axis < 3; ++axis) {
        const double value = std::abs(direction[row * 3 + axis]);
        if (used_row[row] || used_axis[axis] || value < largest) continue;  // the last of equals
        largest = value;
        best_row = row;
        best_axis = axis;
      }
    }
    used_row[best_row] = used_axis[best_axis] = true;
    letters[best_axis] =
        direction[best_row * 3 + best_axis] > 0.0 ? kTowards[best_row] : kAway[best_row];
  }
  return letters;
}

AxisMap between(std::string_view from, std::string_view to) {
  if (from.size() != 3 || to.size() != 3) {
    throw std::invalid_argument("'" + std::string(from.size() != 3 ? from : to) +
                                "' is no orientation such as LPS");
  }
  AxisMap map;
  std::array<bool, 3> found{};
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const Term wanted = term_of(to[axis], to);
    for (std::size_t old = 0; old < 3; ++old) {
      const Term term = term_of(from[old], from);
      if (term.axis != wanted.axis) continue;
      map.source[axis] = old;
      map.flipped[axis] = term.towards != wanted.towards;
      found[old] = true;
    }
  }
  if (!found[0] || !found[1] || !found[2]) {
    throw std::invalid_argument("'" + std::string(from) + "' or '" + std::string(to) +
                                "' names an axis twice");
  }
  return map;
}

Geometry reordered(const Geometry& geometry, const AxisMap& map, const Extent3& extent) {
  Geometry result = geometry;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const std::size_t old = map.source[axis];
    result.spacing[axis] = geometry.spacing[old];
    for (std::size_t row = 0; row < 3; ++row) {
      const double value = geometry.direction[row * 3 + old];
      result.direction[row * 3 + axis] = map.flipped[axis] ? -value : value;
      if (map.flipped[axis]) {
        result.origin[row] +=
            value * geometry.spacing[old] * static_cast<double>(length(extent, old) - 1);
      }
    }
  }
  return result;
}

Extent3 reordered(const Extent3& extent, const AxisMap& map) {
  return {length(extent, map.source[2]), length(extent, map.source[1]),
          length(extent, map.source[0])};
}

std::vector<std::byte> reordered(std::span<const std::byte> voxels,
                                 std::size_t element_bytes,
                                 const Extent3& extent,
                                 const AxisMap& map) {
  const std::array<std::int64_t, 3> old_strides{1, extent[2], extent[2] * extent[1]};
  std::array<std::int64_t, 3> strides{};  // in the old array, of a step along each new axis
  std::int64_t start = 0;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const std::size_t old = map.source[axis];
    strides[axis] = map.flipped[axis] ? -old_strides[old] : old_strides[old];
    if (map.flipped[axis]) start += old_strides[old] * (length(extent, old) - 1);
  }
  const Extent3 target = reordered(extent, map);
  std::vector<std::byte> out(voxels.size());
  const auto bytes = static_cast<std::int64_t>(element_bytes);
  std::byte* to = out.data();
  for (std::int64_t z = 0; z < target[0]; ++z) {
    for (std::int64_t y = 0; y < target[1]; ++y) {
      const std::byte* from = voxels.data() + (start + z * strides[2] + y * strides[1]) * bytes;
      for (std::int64_t x = 0; x < target[2]; ++x, to += bytes) {
        std::memcpy(to, from + x * strides[0] * bytes, element_bytes);
      }
    }
  }
  return out;
}

}  // namespace nnflow::imaging
