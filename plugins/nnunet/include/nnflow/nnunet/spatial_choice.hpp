// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "nnflow/rng.hpp"

namespace nnflow::nnunet {

/// Whether the spatial augmentation turns and resizes a patch (nnunet-training 3.2).
struct SpatialChoice {
  bool rotate = false;
  bool scale = false;

  /// Neither: the patch is cut out without interpolation.
  [[nodiscard]] bool still() const { return !rotate && !scale; }
};

/// Drawn from the run's seed and the item alone, so that who reads the patch knows as well how much
/// of it is needed.
[[nodiscard]] inline SpatialChoice spatial_choice(std::uint64_t seed,
                                                  std::string_view item,
                                                  double rotation_probability,
                                                  double scaling_probability) {
  Rng rng(seed, "augment.spatial.choice", item);
  SpatialChoice choice;
  choice.rotate = rng.uniform() < rotation_probability;
  choice.scale = rng.uniform() < scaling_probability;
  return choice;
}

}  // namespace nnflow::nnunet
