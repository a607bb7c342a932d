// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "postprocess/kernels/largest_only.hpp"

#include <algorithm>
#include <vector>

#include "nnflow/imaging/components.hpp"

namespace nnflow::postprocess {

std::int64_t keep_largest_components(std::span<std::int16_t> labels,
                                     const imaging::Extent3& extent,
                                     std::span<const std::int64_t> members,
                                     std::int16_t background) {
  std::vector<std::uint8_t> member(65536, 0);
  for (const auto label : members) {
    if (label >= INT16_MIN && label <= INT16_MAX)
      member[static_cast<std::size_t>(label - INT16_MIN)] = 1;
  }
  const imaging::Components components = imaging::label_components(labels, extent, member);
  if (components.sizes.size() < 2) return 0;
  const std::int64_t largest = *std::max_element(components.sizes.begin(), components.sizes.end());
  std::int64_t removed = 0;
  for (const imaging::MaskRun& run : components.runs) {
    if (components.sizes[static_cast<std::size_t>(run.component)] == largest) continue;
    std::fill(labels.begin() + run.begin, labels.begin() + run.end, background);
    removed += run.end - run.begin;
  }
  return removed;
}

}  // namespace nnflow::postprocess
