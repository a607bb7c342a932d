// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

#include "augment/kernels/draws.hpp"
#include "nnflow/imaging/extent.hpp"

namespace nnflow::augment {

/// Where the bumps of local transforms lie (nnunet-training 3.13).
struct BumpSettings {
  Range centre{-0.5, 1.5};    ///< in edge lengths, drawn per axis
  std::int64_t smallest = 6;  ///< deviations go from this part of the edge to the edge, uniform in
                              ///< their logarithm, drawn per axis
};

/// A Gaussian hill over a patch; of an axis of length 1 nothing is used.
struct Bump {
  std::array<double, 3> centre{};                  ///< along z, y, x, in edge lengths
  std::array<double, 3> deviation{1.0, 1.0, 1.0};  ///< voxels along z, y, x
};

template <RandomDraws G>
[[nodiscard]] Bump draw_bump(G& rng, const BumpSettings& settings, const imaging::Extent3& extent) {
  Bump bump;
  for (std::size_t a = 0; a < 3; ++a) {
    if (extent[a] == 1) continue;
    bump.centre[a] = draw_uniform(rng, settings.centre);
    const auto least =
        static_cast<double>(std::max<std::int64_t>(1, extent[a] / settings.smallest));
    const Range range{std::log(least), std::log(static_cast<double>(extent[a]))};
    bump.deviation[a] = std::exp(draw_uniform(rng, range));
  }
  return bump;
}

/// The hill, scaled so that it goes from 0 to 1 inside the patch: at voxel (z, y, x) it is
/// `(z_part * y_part * x_part - low) / width`, a part being the normal density integrated over the
/// voxel. All 0 where the density vanishes.
class BumpField {
 public:
  BumpField(const Bump& bump, const imaging::Extent3& extent);

  /// Writes the row (z, y) to `out`, as long as the last axis.
  void row(std::int64_t z, std::int64_t y, float* out) const;

 private:
  std::array<std::vector<float>, 3> part_;
  float low_ = 0.0F;
  float width_ = 0.0F;
};

}  // namespace nnflow::augment
