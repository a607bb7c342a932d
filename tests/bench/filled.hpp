// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// Volumes that benches work on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "nnflow/imaging/extent.hpp"

namespace nnflow::bench {

/// Axes (z, y, x): what `value(z, y, x)` gives, called in scan order.
template <class T, class F>
std::vector<T> filled(const imaging::Extent3& extent, F value) {
  std::vector<T> values;
  values.reserve(static_cast<std::size_t>(imaging::voxel_count(extent)));
  for (std::int64_t z = 0; z < extent[0]; ++z) {
    for (std::int64_t y = 0; y < extent[1]; ++y) {
      for (std::int64_t x = 0; x < extent[2]; ++x) values.push_back(static_cast<T>(value(z, y, x)));
    }
  }
  return values;
}

/// Blocks of five labels, some background.
inline std::vector<std::int16_t> block_labels(const imaging::Extent3& extent) {
  return filled<std::int16_t>(extent, [](std::int64_t z, std::int64_t y, std::int64_t x) {
    return (z / 30 + y / 50 + x / 60) % 5;
  });
}

}  // namespace nnflow::bench
