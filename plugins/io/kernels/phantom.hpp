// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "nnflow/imaging/extent.hpp"
#include "nnflow/rng.hpp"

namespace nnflow::io {

/// What phantoms look like.
struct PhantomShape {
  imaging::Extent3 extent{40, 64,
                          64};  ///< voxels (z, y, x); each case differs by up to `variation`
  imaging::Spacing3 spacing_mm{2.0, 1.2,
                               1.2};  ///< (z, y, x); each case differs by up to `variation`
  double variation = 0.1;             ///< relative, in [0, 0.5]
  std::int64_t classes = 2;           ///< labels besides background, 1 to 3
  double noise = 40.0;  ///< standard deviation; the body has about 300, organs up to 900
  double bias = 0.2;    ///< largest relative deviation of the multiplicative bias field
};

/// A generated scan.
struct Phantom {
  imaging::Extent3 extent{};
  imaging::Spacing3 spacing_mm{};
  std::vector<float> voxels;         ///< axes (z, y, x); exactly 0 outside the body
  std::vector<std::int16_t> labels;  ///< axes (z, y, x); 0 to `classes`
};

/// A body in air with an organ (label 1), a lesion inside it (label 2) and a second organ beside it
/// (label 3), all ellipsoids of random size, place and rotation in millimetres, with soft borders,
/// a smooth bias field and Gaussian noise. A pure function of the shape and the generator.
[[nodiscard]] Phantom make_phantom(const PhantomShape& shape, Rng rng);

}  // namespace nnflow::io
