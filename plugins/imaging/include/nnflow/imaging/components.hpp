// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "nnflow/imaging/export.hpp"
#include "nnflow/imaging/extent.hpp"

namespace nnflow::imaging {

/// A maximal run of mask voxels along x: `[begin, end)` in linear indices of the array.
struct MaskRun {
  std::int64_t begin = 0;
  std::int64_t end = 0;
  std::int32_t component = 0;
};

/// Connected components of a mask.
struct Components {
  std::vector<MaskRun> runs;  ///< in array order
  std::vector<std::int64_t>
      sizes;  ///< voxels of each component; components are numbered by their first voxel
};

/// Components under full connectivity (26 neighbours; 8 for extents of one slice) of the voxels
/// whose label `member` accepts: `member[label + 32768]` (65536 entries). Linear in the number of
/// voxels, memory in the number of runs.
[[nodiscard]] NNFLOW_IMAGING_EXPORT Components
label_components(std::span<const std::int16_t> labels,
                 const Extent3& extent,
                 std::span<const std::uint8_t> member);

}  // namespace nnflow::imaging
