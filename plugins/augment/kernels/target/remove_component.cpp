// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "augment/kernels/target/remove_component.hpp"

#include <algorithm>
#include <cstddef>

namespace nnflow::augment {

imaging::Components components_of(std::span<const float> channel, const imaging::Extent3& extent) {
  std::vector<std::int16_t> mask(channel.size());
  for (std::size_t i = 0; i < channel.size(); ++i) mask[i] = channel[i] != 0.0F ? 1 : 0;
  std::vector<std::uint8_t> member(65536, 0);
  member[1 - INT16_MIN] = 1;
  return imaging::label_components(mask, extent, member);
}

std::vector<std::int32_t> removable(const imaging::Components& components,
                                    const imaging::Extent3& extent,
                                    double share) {
  const double limit = static_cast<double>(imaging::voxel_count(extent)) * share;
  std::vector<std::int32_t> numbers;
  for (std::size_t i = 0; i < components.sizes.size(); ++i) {
    if (static_cast<double>(components.sizes[i]) < limit) {
      numbers.push_back(static_cast<std::int32_t>(i));
    }
  }
  return numbers;
}

void remove_component(const imaging::Components& components,
                      std::int32_t component,
                      std::span<float> channel) {
  for (const imaging::MaskRun& run : components.runs) {
    if (run.component != component) continue;
    std::fill(channel.begin() + run.begin, channel.begin() + run.end, 0.0F);
  }
}

}  // namespace nnflow::augment
