// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include <nnflow/imaging/extent.hpp>

namespace nnflow::resample {

// The extents of source and target differ, and neither is empty.

/// Cubic spline resize of one channel (z, y, x), clipped to the range of `source`
/// (nnunet-data 6.3). Axes that keep their length are left alone, which equals filtering and
/// evaluating them to about 1e-15.
void cubic_resize(std::span<const float> source,
                  const imaging::Extent3& source_extent,
                  std::span<float> target,
                  const imaging::Extent3& target_extent,
                  int threads);

/// Trilinear resize of one channel (nnunet-data 6.4).
void linear_resize(std::span<const float> source,
                   const imaging::Extent3& source_extent,
                   std::span<float> target,
                   const imaging::Extent3& target_extent,
                   int threads);

/// The same with the sample positions and weights of PyTorch (nnunet-data 6.6).
void torch_linear_resize(std::span<const float> source,
                         const imaging::Extent3& source_extent,
                         std::span<float> target,
                         const imaging::Extent3& target_extent,
                         int threads);

/// Nearest-neighbour resize of one channel (nnunet-data 6.4).
void nearest_resize(std::span<const float> source,
                    const imaging::Extent3& source_extent,
                    std::span<float> target,
                    const imaging::Extent3& target_extent);

}  // namespace nnflow::resample
