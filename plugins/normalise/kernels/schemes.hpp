// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

namespace nnflow::normalise {

/// Mean and population standard deviation in float32, as numpy reports them for float32 arrays.
struct Moments {
  float mean = 0.0F;
  float deviation = 0.0F;
};

/// Moments of gathered values with numpy's pairwise float32 sums; equals numpy bit for bit
/// (nnunet-data 9.5). `values` is overwritten.
[[nodiscard]] Moments pairwise_moments(std::span<float> values);

/// Moments of a whole channel with sums in double: within about 3e-7 of numpy, whose result depends
/// on memory layout (nnunet-data 5.2).
[[nodiscard]] Moments whole_moments(std::span<const float> values);

/// z-score over every voxel.
void zscore(std::span<float> voxels);

/// z-score over the voxels with `labels >= 0` only; the others keep their values. Same length for
/// both.
void masked_zscore(std::span<float> voxels, std::span<const std::int16_t> labels);

/// The data set's intensities of one channel, from the plans.
struct Window {
  double mean = 0.0;
  double deviation = 1.0;
  double lower = 0.0;  ///< percentile 0.5
  double upper = 0.0;  ///< percentile 99.5
};

/// Clips to [lower, upper], subtracts the mean, divides by the deviation; each step in float32.
void ct(std::span<float> voxels, const Window& window);

/// Subtracts the minimum, divides by the largest result.
void rescale_to_0_1(std::span<float> voxels);

/// Divides by 255. @throws std::domain_error for a value outside [0, 255]
void rgb_to_0_1(std::span<float> voxels);

}  // namespace nnflow::normalise
