// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "patches/kernels/sampling.hpp"

namespace nnflow::patches {
namespace {

std::int64_t floor_half(std::int64_t value) { return value >= 0 ? value / 2 : -((1 - value) / 2); }

}  // namespace

bool forces_foreground(std::int64_t index, std::int64_t batch_size, double fraction) {
  return static_cast<double>(index) >=
         std::nearbyint(static_cast<double>(batch_size) * (1.0 - fraction));
}

double forced_share(std::int64_t batch_size, double fraction) {
  std::int64_t forced = 0;
  for (std::int64_t i = 0; i < batch_size; ++i)
    forced += forces_foreground(i, batch_size, fraction);
  return static_cast<double>(forced) / static_cast<double>(batch_size);
}

StartRange start_range(const imaging::Extent3& shape,
                       const imaging::Extent3& initial,
                       const imaging::Extent3& final_extent) {
  StartRange range;
  for (std::size_t a = 0; a < 3; ++a) {
    const std::int64_t need = std::max(initial[a] - final_extent[a], initial[a] - shape[a]);
    range.first[a] = floor_half(-need);
    range.last[a] = shape[a] + need - floor_half(need) - initial[a];
  }
  return range;
}

}  // namespace nnflow::patches
