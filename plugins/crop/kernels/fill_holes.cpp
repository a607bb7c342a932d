// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstring>

#include "crop/kernels/nonzero_box.hpp"

namespace nnflow::crop {
namespace {

using imaging::Extent3;

/// Zeros [begin, end) of one row along x.
struct Run {
  std::int64_t begin;
  std::int64_t end;
  std::int64_t row;
  bool outside;
};

/// All zero runs, rows in order, and where each row's runs begin.
struct RunTable {
  std::vector<Run> runs;
  std::vector<std::size_t> row_begin;
};

RunTable zero_runs(std::span<const std::uint8_t> mask, const Extent3& extent) {
  RunTable table;
  const std::int64_t rows = extent[0] * extent[1];
  const std::int64_t width = extent[2];
  table.row_begin.reserve(static_cast<std::size_t>(rows + 1));
  for (std::int64_t row = 0; row < rows; ++row) {
    table.row_begin.push_back(table.runs.size());
    const std::int64_t z = row / extent[1];
    const std::int64_t y = row % extent[1];
    const bool border = z == 0 || z == extent[0] - 1 || y == 0 || y == extent[1] - 1;
    const std::uint8_t* values = mask.data() + row * width;
    std::int64_t x = 0;
    while (x < width) {
      const auto rest = static_cast<std::size_t>(width - x);
      const auto* zero = static_cast<const std::uint8_t*>(std::memchr(values + x, 0, rest));
      if (zero == nullptr) break;
      const std::int64_t begin = zero - values;
      const auto* one = static_cast<const std::uint8_t*>(
          std::memchr(zero, 1, static_cast<std::size_t>(width - begin)));
      const std::int64_t end = one == nullptr ? width : one - values;
      table.runs.push_back({begin, end, row, border || begin == 0 || end == width});
      x = end;
    }
  }
  table.row_begin.push_back(table.runs.size());
  return table;
}

/// Marks runs of `row` that share an x with `run` and adds them to the queue.
void spread(RunTable& table, const Run& run, std::int64_t row, std::vector<std::size_t>& queue) {
  const auto first = table.runs.begin() +
                     static_cast<std::ptrdiff_t>(table.row_begin[static_cast<std::size_t>(row)]);
  const auto last = table.runs.begin() +
                    static_cast<std::ptrdiff_t>(table.row_begin[static_cast<std::size_t>(row) + 1]);
  auto other = std::partition_point(first, last, [&](const Run& r) { return r.end <= run.begin; });
  for (; other != last && other->begin < run.end; ++other) {
    if (other->outside) continue;
    other->outside = true;
    queue.push_back(static_cast<std::size_t>(other - table.runs.begin()));
  }
}

}  // namespace

void fill_holes(std::span<std::uint8_t> mask, const Extent3& extent) {
  if (*std::min_element(extent.begin(), extent.end()) < 3)
    return;  // every voxel touches the outside
  RunTable table = zero_runs(mask, extent);
  std::vector<std::size_t> queue;
  for (std::size_t i = 0; i < table.runs.size(); ++i) {
    if (table.runs[i].outside) queue.push_back(i);
  }
  while (!queue.empty()) {
    const Run run = table.runs[queue.back()];
    queue.pop_back();
    const std::int64_t z = run.row / extent[1];
    const std::int64_t y = run.row % extent[1];
    if (y > 0) spread(table, run, run.row - 1, queue);
    if (y + 1 < extent[1]) spread(table, run, run.row + 1, queue);
    if (z > 0) spread(table, run, run.row - extent[1], queue);
    if (z + 1 < extent[0]) spread(table, run, run.row + extent[1], queue);
  }
  for (const Run& run : table.runs) {
    if (run.outside) continue;
    std::fill_n(mask.data() + run.row * extent[2] + run.begin, run.end - run.begin,
                std::uint8_t{1});
  }
}

}  // namespace nnflow::crop
