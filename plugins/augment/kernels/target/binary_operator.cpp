// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "augment/kernels/target/binary_operator.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <map>

namespace nnflow::augment {
namespace {

using imaging::Extent3;
using Mask = std::vector<std::uint8_t>;

/// The lines of an element whose points have the coordinates `at` along every axis it has.
std::vector<ElementLine> lines(const std::vector<double>& at, double radius, bool flat) {
  const auto length = static_cast<std::int64_t>(at.size());
  const std::int64_t middle = (length - 1) / 2;
  const auto square = [&at](std::int64_t i) {
    const double value = at[static_cast<std::size_t>(i)];
    return value * value;
  };
  std::vector<ElementLine> result;
  for (std::int64_t z = flat ? middle : 0; z < (flat ? middle + 1 : length); ++z) {
    for (std::int64_t y = 0; y < length; ++y) {
      ElementLine line{z - middle, y - middle, length, -1};
      for (std::int64_t x = 0; x < length; ++x) {
        const double distance = square(x) + square(y) + (flat ? 0.0 : square(z));
        if (distance > radius * radius) continue;
        line.first = std::min(line.first, x);
        line.last = std::max(line.last, x);
      }
      if (line.first > line.last) continue;
      line.first -= middle;
      line.last -= middle;
      result.push_back(line);
    }
  }
  return result;
}

/// Every voxel becomes 1 that has a 1 among those `[first, last]` beside it in its row.
void dilate_rows(std::span<const std::uint8_t> mask,
                 std::int64_t length,
                 std::int64_t first,
                 std::int64_t last,
                 std::span<std::uint8_t> out) {
  std::fill(out.begin(), out.end(), std::uint8_t{0});
  for (std::size_t row = 0; row < mask.size(); row += static_cast<std::size_t>(length)) {
    const std::uint8_t* const from = mask.data() + row;
    std::uint8_t* const to = out.data() + row;
    std::int64_t done = 0;  // voxels before it are final
    for (std::int64_t x = 0; x < length; ++x) {
      if (from[x] == 0) continue;
      const std::int64_t begin = std::max(done, x - last);
      const std::int64_t end = std::min(length, x - first + 1);
      if (begin >= end) continue;
      std::memset(to + begin, 1, static_cast<std::size_t>(end - begin));
      done = end;
    }
  }
}

/// The first and one past the last row with a 1, of all rows of a slice; equal when there is none.
struct Filled {
  std::int64_t begin = 0;
  std::int64_t end = 0;
};
std::vector<Filled> filled_rows(std::span<const std::uint8_t> mask, const Extent3& extent) {
  std::vector<Filled> slices;
  const auto row_length = static_cast<std::size_t>(extent[2]);
  for (std::int64_t z = 0; z < extent[0]; ++z) {
    Filled filled;
    for (std::int64_t y = 0; y < extent[1]; ++y) {
      const std::uint8_t* const row = mask.data() + imaging::linear_index(extent, z, y, 0);
      if (std::memchr(row, 1, row_length) == nullptr) continue;
      if (filled.end == 0) filled.begin = y;
      filled.end = y + 1;
    }
    slices.push_back(filled);
  }
  return slices;
}

Mask dilate(std::span<const ElementLine> element,
            std::span<const std::uint8_t> mask,
            const Extent3& extent) {
  std::map<std::pair<std::int64_t, std::int64_t>, std::vector<ElementLine>> by_interval;
  for (const ElementLine& line : element) by_interval[{line.first, line.last}].push_back(line);
  const std::vector<Filled> filled = filled_rows(mask, extent);
  Mask out(mask.size(), 0);
  Mask rows(mask.size());
  for (const auto& [interval, group] : by_interval) {
    dilate_rows(mask, extent[2], interval.first, interval.second, rows);
    for (const ElementLine& line : group) {
      for (std::int64_t z = 0; z < extent[0]; ++z) {
        const std::int64_t from_z = z + line.dz;
        if (from_z < 0 || from_z >= extent[0]) continue;
        const Filled& source = filled[static_cast<std::size_t>(from_z)];
        const std::int64_t begin = std::max<std::int64_t>(source.begin - line.dy, 0);
        const std::int64_t end = std::min(source.end - line.dy, extent[1]);
        if (begin >= end) continue;
        const std::uint8_t* const from =
            rows.data() + imaging::linear_index(extent, from_z, begin + line.dy, 0);
        std::uint8_t* const to = out.data() + imaging::linear_index(extent, z, begin, 0);
        const std::int64_t count = (end - begin) * extent[2];
        for (std::int64_t i = 0; i < count; ++i) to[i] |= from[i];
      }
    }
  }
  return out;
}

Mask complement(std::span<const std::uint8_t> mask) {
  Mask out(mask.size());
  for (std::size_t i = 0; i < mask.size(); ++i) out[i] = mask[i] ^ 1U;
  return out;
}

Mask erode(std::span<const ElementLine> element,
           std::span<const std::uint8_t> mask,
           const Extent3& extent) {
  return complement(dilate(element, complement(mask), extent));
}

}  // namespace

std::vector<ElementLine> ball(double radius) {
  const auto length = static_cast<std::int64_t>(2 * radius + 1);
  const double step = length > 1 ? (radius + radius) / static_cast<double>(length - 1) : 1.0;
  std::vector<double> at;
  for (std::int64_t i = 0; i < length; ++i) at.push_back(static_cast<double>(i) * step - radius);
  return lines(at, radius, false);
}

std::vector<ElementLine> disk(double radius) {
  const auto length = static_cast<std::int64_t>(std::ceil((radius + 1) + radius));
  const double step = (-radius + 1) + radius;  // as numpy's arange finds it, in its last bits
  std::vector<double> at;
  for (std::int64_t i = 0; i < length; ++i) at.push_back(-radius + static_cast<double>(i) * step);
  return lines(at, radius, true);
}

Mask apply_operator(BinaryOperator kind,
                    std::span<const ElementLine> element,
                    std::span<const std::uint8_t> mask,
                    const Extent3& extent) {
  switch (kind) {
    case BinaryOperator::kDilation:
      return dilate(element, mask, extent);
    case BinaryOperator::kErosion:
      return erode(element, mask, extent);
    case BinaryOperator::kClosing:
      return erode(element, dilate(element, mask, extent), extent);
    case BinaryOperator::kOpening:
      return dilate(element, erode(element, mask, extent), extent);
  }
  return {};
}

void apply_operators(std::span<const OperatorParameters> parameters,
                     bool planar,
                     std::span<float> channels,
                     const Extent3& extent) {
  const auto voxels = static_cast<std::size_t>(imaging::voxel_count(extent));
  Mask mask(voxels);
  for (const OperatorParameters& p : parameters) {
    const auto own = static_cast<std::size_t>(p.channel) * voxels;
    for (std::size_t i = 0; i < voxels; ++i) mask[i] = channels[own + i] != 0.0F ? 1 : 0;
    const Mask result =
        apply_operator(p.kind, planar ? disk(p.radius) : ball(p.radius), mask, extent);
    for (std::size_t other = 0; other < channels.size(); other += voxels) {
      if (other == own) continue;
      for (std::size_t i = 0; i < voxels; ++i) {
        if (result[i] > mask[i]) channels[other + i] = 0.0F;
      }
    }
    for (std::size_t i = 0; i < voxels; ++i) channels[own + i] = static_cast<float>(result[i]);
  }
}

}  // namespace nnflow::augment
