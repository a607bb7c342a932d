// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace nnflow::plan {

/// How a U-Net pools a patch (nnunet-data 4.7). Lists per stage have one entry per axis.
struct Topology {
  std::vector<std::vector<std::int64_t>> strides;       ///< per stage, first all 1
  std::vector<std::vector<std::int64_t>> kernel_sizes;  ///< per stage
  std::vector<std::int64_t> patch;                      ///< padded to a multiple of `divisor`
  std::vector<std::int64_t> divisor;                    ///< 2^(poolings) per axis

  [[nodiscard]] std::size_t stages() const { return strides.size(); }
};

/// Poolings of a patch of `size` voxels (may be fractional) at `spacing` mm, both in array axis
/// order with 2 or 3 entries. No pooling leaves fewer than `min_edge` voxels along an axis.
[[nodiscard]] Topology pool_topology(std::span<const double> spacing,
                                     std::span<const double> size,
                                     std::int64_t min_edge = 4);

}  // namespace nnflow::plan
