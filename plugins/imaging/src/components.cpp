// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "nnflow/imaging/components.hpp"

#include <array>
#include <numeric>
#include <stdexcept>

namespace nnflow::imaging {

namespace {

constexpr std::size_t kLabelValues = 65536;

class UnionFind {
 public:
  void add() { parents_.push_back(static_cast<std::int32_t>(parents_.size())); }
  [[nodiscard]] std::int32_t root(std::int32_t node) {
    while (parent(node) != node) {
      parent(node) = parent(parent(node));
      node = parent(node);
    }
    return node;
  }
  /// The smaller root stays, so that roots are the first runs of their components.
  void join(std::int32_t a, std::int32_t b) {
    a = root(a);
    b = root(b);
    if (a < b) {
      parent(b) = a;
    } else {
      parent(a) = b;
    }
  }

 private:
  std::int32_t& parent(std::int32_t node) { return parents_[static_cast<std::size_t>(node)]; }
  std::vector<std::int32_t> parents_;
};

/// Joins the runs of one row, numbered [first, last), with those of an earlier row that touch them,
/// corners included. `shift` is the distance of the two rows in linear indices.
void join_rows(const std::vector<MaskRun>& runs,
               std::array<std::int32_t, 2> earlier,
               std::array<std::int32_t, 2> current,
               std::int64_t shift,
               UnionFind& sets) {
  std::int32_t a = earlier[0];
  std::int32_t b = current[0];
  while (a < earlier[1] && b < current[1]) {
    const MaskRun& above = runs[static_cast<std::size_t>(a)];
    const MaskRun& here = runs[static_cast<std::size_t>(b)];
    if (above.begin + shift <= here.end && here.begin <= above.end + shift) sets.join(a, b);
    if (above.end + shift < here.end) {
      ++a;
    } else {
      ++b;
    }
  }
}

}  // namespace

Components label_components(std::span<const std::int16_t> labels,
                            const Extent3& extent,
                            std::span<const std::uint8_t> member) {
  if (static_cast<std::int64_t>(labels.size()) != voxel_count(extent) ||
      member.size() != kLabelValues) {
    throw std::invalid_argument("label_components: sizes do not fit");
  }
  Components result;
  UnionFind sets;
  const auto inside = [&](std::int64_t index) {
    return member[static_cast<std::size_t>(labels[static_cast<std::size_t>(index)] + 32768)] != 0;
  };
  const std::int64_t ny = extent[1];
  const std::int64_t nx = extent[2];
  std::vector<std::int32_t> row_start{0};  // first run of every row seen, and one past the last
  for (std::int64_t row = 0; row < extent[0] * ny; ++row) {
    const std::int64_t end = (row + 1) * nx;
    for (std::int64_t i = row * nx; i < end; ++i) {
      if (!inside(i)) continue;
      const std::int64_t begin = i;
      while (i < end && inside(i)) ++i;
      result.runs.push_back({begin, i, 0});
      sets.add();
    }
    row_start.push_back(static_cast<std::int32_t>(result.runs.size()));
    const std::int64_t z = row / ny;
    const std::int64_t y = row % ny;
    constexpr std::array<std::array<std::int64_t, 2>, 4> kEarlier{
        {{0, -1}, {-1, -1}, {-1, 0}, {-1, 1}}};
    for (const auto& [dz, dy] : kEarlier) {
      if (z + dz < 0 || y + dy < 0 || y + dy >= ny) continue;
      const auto other = static_cast<std::size_t>(row + dz * ny + dy);
      join_rows(
          result.runs, {row_start[other], row_start[other + 1]},
          {row_start[static_cast<std::size_t>(row)], row_start[static_cast<std::size_t>(row) + 1]},
          -(dz * ny + dy) * nx, sets);
    }
  }
  for (std::size_t i = 0; i < result.runs.size(); ++i) {
    const auto node = static_cast<std::int32_t>(i);
    const std::int32_t root = sets.root(node);
    MaskRun& run = result.runs[i];
    if (root == node) {
      run.component = static_cast<std::int32_t>(result.sizes.size());
      result.sizes.push_back(0);
    } else {
      run.component = result.runs[static_cast<std::size_t>(root)].component;
    }
    result.sizes[static_cast<std::size_t>(run.component)] += run.end - run.begin;
  }
  return result;
}

}  // namespace nnflow::imaging
