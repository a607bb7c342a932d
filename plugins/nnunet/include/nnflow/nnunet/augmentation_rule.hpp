// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <optional>

#include "nnflow/imaging/extent.hpp"

namespace nnflow::nnunet {

/// How far the default trainer rotates patches of a size, and whether slice by slice
/// (nnunet-training 2.4).
struct AugmentationRule {
  double rotation_limit = 0.0;  ///< radians; angles are drawn from [-limit, limit]
  bool dummy_2d = false;        ///< one in-plane transform for all slices of a 3D patch
};

/// @param patch size the network takes, (z, y, x); 2D patches have z == 1
/// @param dimension 2 or 3
/// @param dummy_2d false: thin 3D patches too are transformed as volumes; absent or true: as
/// nnU-Net chooses it
[[nodiscard]] inline AugmentationRule augmentation_rule(const imaging::Extent3& patch,
                                                        int dimension,
                                                        std::optional<bool> dummy_2d = {}) {
  const auto ratio = [](std::int64_t a, std::int64_t b) {
    return static_cast<double>(a) / static_cast<double>(b);
  };
  if (dimension == 2) {
    const bool elongated = ratio(std::max(patch[1], patch[2]), std::min(patch[1], patch[2])) > 1.5;
    return {elongated ? std::numbers::pi / 12 : std::numbers::pi, false};
  }
  const bool thin =
      dummy_2d.value_or(true) && ratio(std::max({patch[0], patch[1], patch[2]}), patch[0]) > 3.0;
  return {thin ? std::numbers::pi : std::numbers::pi / 6, thin};
}

/// Size to load so that a patch of size `patch` survives the rotations of the rule. The scale 0.85
/// is that of nnU-Net, whatever the augmentation's real scaling range is; larger zooms reach
/// padding. `dummy_2d` as for the rule.
[[nodiscard]] inline imaging::Extent3 initial_patch_extent(const imaging::Extent3& patch,
                                                           int dimension,
                                                           double smallest_scale = 0.85,
                                                           std::optional<bool> dummy_2d = {}) {
  const AugmentationRule rule = augmentation_rule(patch, dimension, dummy_2d);
  const double angle = std::min(rule.rotation_limit, std::numbers::pi / 2);
  const double c = std::cos(angle);
  const double s = std::sin(angle);
  const double p[3] = {static_cast<double>(patch[0]), static_cast<double>(patch[1]),
                       static_cast<double>(patch[2])};
  double size[3] = {p[0], p[1], p[2]};
  const auto widen = [&size](int axis, double value) {
    size[axis] = std::max(size[axis], std::abs(value));
  };
  widen(1, c * p[1] + s * p[2]);
  widen(2, -s * p[1] + c * p[2]);
  if (dimension == 3) {
    widen(0, c * p[0] - s * p[2]);
    widen(2, s * p[0] + c * p[2]);
    widen(0, c * p[0] + s * p[1]);
    widen(1, -s * p[0] + c * p[1]);
  }
  imaging::Extent3 initial;
  for (std::size_t a = 0; a < 3; ++a) {
    initial[a] = static_cast<std::int64_t>(size[a] / smallest_scale);
  }
  if (dimension == 2 || rule.dummy_2d) initial[0] = patch[0];
  return initial;
}

}  // namespace nnflow::nnunet
