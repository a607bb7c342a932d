// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "nnflow/imaging/separate_axis.hpp"

#include <algorithm>

namespace nnflow::imaging {
namespace {

bool anisotropic(const Spacing3& spacing, double threshold) {
  const auto [low, high] = std::minmax_element(spacing.begin(), spacing.end());
  return *high / *low > threshold;
}

/// Several coarsest axes: none is resampled separately.
std::optional<int> coarsest_axis(const Spacing3& spacing) {
  const auto coarsest = std::max_element(spacing.begin(), spacing.end());
  if (std::count(spacing.begin(), spacing.end(), *coarsest) > 1) return std::nullopt;
  return static_cast<int>(coarsest - spacing.begin());
}

}  // namespace

std::optional<int> separate_axis(const Spacing3& current,
                                 const Spacing3& target,
                                 std::optional<bool> force,
                                 double threshold) {
  if (force) return *force ? coarsest_axis(current) : std::nullopt;
  if (anisotropic(current, threshold)) return coarsest_axis(current);
  if (anisotropic(target, threshold)) return coarsest_axis(target);
  return std::nullopt;
}

}  // namespace nnflow::imaging
