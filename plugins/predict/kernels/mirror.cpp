// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "predict/kernels/mirror.hpp"

#include <algorithm>

namespace nnflow::predict {

namespace {

/// Calls `row(first voxel of the mirrored row, first voxel of the row)` for every row along x.
template <class Row>
void for_mirrored_rows(const imaging::Extent3& patch, const Mirror& mirror, const Row& row) {
  for (std::int64_t z = 0; z < patch[0]; ++z) {
    const std::int64_t mirrored_z = mirror[0] ? patch[0] - 1 - z : z;
    for (std::int64_t y = 0; y < patch[1]; ++y) {
      const std::int64_t mirrored_y = mirror[1] ? patch[1] - 1 - y : y;
      row(imaging::linear_index(patch, mirrored_z, mirrored_y, 0),
          imaging::linear_index(patch, z, y, 0));
    }
  }
}

}  // namespace

std::vector<Mirror> mirrors(const std::vector<int>& axes, bool slice_wise) {
  std::vector<std::vector<int>> subsets;
  for (unsigned mask = 0; mask < (1U << axes.size()); ++mask) {
    auto& subset = subsets.emplace_back();
    for (std::size_t i = 0; i < axes.size(); ++i) {
      if ((mask >> i & 1U) != 0) subset.push_back(axes[i]);
    }
  }
  std::sort(subsets.begin(), subsets.end(), [](const auto& a, const auto& b) {
    return a.size() != b.size() ? a.size() < b.size() : a < b;
  });
  std::vector<Mirror> result;
  for (const auto& subset : subsets) {
    auto& mirror = result.emplace_back(Mirror{});
    for (const int axis : subset)
      mirror[static_cast<std::size_t>(axis + (slice_wise ? 1 : 0))] = true;
  }
  return result;
}

void mirrored_tile(std::span<const float> tile,
                   const imaging::Extent3& patch,
                   std::int64_t channels,
                   const Mirror& mirror,
                   std::span<float> out) {
  const std::int64_t width = patch[2];
  const std::int64_t step = mirror[2] ? -channels : channels;
  for (std::int64_t channel = 0; channel < channels; ++channel) {
    const float* values = tile.data() + channel * imaging::voxel_count(patch);
    for_mirrored_rows(patch, mirror, [&](std::int64_t to, std::int64_t from) {
      float* target = out.data() + (to + (mirror[2] ? width - 1 : 0)) * channels + channel;
      for (std::int64_t x = 0; x < width; ++x) target[x * step] = values[from + x];
    });
  }
}

void add_mirrored(std::span<const float> logits,
                  const imaging::Extent3& patch,
                  std::int64_t heads,
                  const Mirror& mirror,
                  bool first,
                  std::span<float> sum) {
  const std::int64_t width = patch[2];
  const std::int64_t step = mirror[2] ? -heads : heads;
  for (std::int64_t head = 0; head < heads; ++head) {
    float* sums = sum.data() + head * imaging::voxel_count(patch);
    for_mirrored_rows(patch, mirror, [&](std::int64_t from, std::int64_t to) {
      const float* values = logits.data() + (from + (mirror[2] ? width - 1 : 0)) * heads + head;
      float* target = sums + to;
      if (first) {
        for (std::int64_t x = 0; x < width; ++x) target[x] = values[x * step];
      } else {
        for (std::int64_t x = 0; x < width; ++x) target[x] += values[x * step];
      }
    });
  }
}

}  // namespace nnflow::predict
