// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace nnflow::fingerprint {

/// Statistics of a channel's foreground (nnunet-data 3.2).
struct IntensityStatistics {
  double max = 0.0;
  double mean = 0.0;
  double median = 0.0;
  double min = 0.0;
  double percentile_00_5 = 0.0;
  double percentile_99_5 = 0.0;
  double deviation = 0.0;
};

/// Values of the voxels with a label above 0, scan order.
[[nodiscard]] std::vector<float> foreground_values(std::span<const float> voxels,
                                                   std::span<const std::int16_t> labels);

/// Foreground values each case contributes when a data set of `cases` cases is sampled: 1e8 /
/// cases.
[[nodiscard]] std::int64_t samples_per_case(std::int64_t cases);

/// One case's foreground: what is needed to draw its samples. All channels have equally many
/// values.
struct CaseForeground {
  std::vector<std::vector<float>> channels;
  bool drawn = false;  ///< the values are the samples already, in drawing order
};

/// Draws the samples at once when that takes less memory than the values; else keeps the values to
/// draw from later.
[[nodiscard]] CaseForeground reduce_foreground(std::vector<std::vector<float>> channels,
                                               std::int64_t samples);

/// Statistics per channel over `samples` draws with replacement from every case, as numpy computes
/// them: in float32, or in double when a case has no foreground. Memory: 4 bytes for every sample
/// of one channel.
/// @throws std::invalid_argument when no case has foreground
[[nodiscard]] std::vector<IntensityStatistics> intensity_statistics(
    std::span<const CaseForeground> cases, std::int64_t samples, int threads);

}  // namespace nnflow::fingerprint
