// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

namespace nnflow::resample {

/// Samples that edge replication adds on both ends of a line before cubic filtering
/// (nnunet-data 6.3 step 2).
inline constexpr std::int64_t kCubicPad = 12;
/// The same for linear interpolation: one sample makes clamped taps plain.
inline constexpr std::int64_t kLinearPad = 1;

/// Which input samples make up each output sample along one axis.
struct AxisMap {
  std::int64_t in = 0;              ///< input samples, without padding
  std::int64_t out = 0;             ///< output samples
  std::vector<std::int64_t> start;  ///< first tap of each output, index into the padded line
  std::vector<double> weight;       ///< taps per output, tap fastest
};

/// Four cubic B-spline taps per output on a line padded by kCubicPad (nnunet-data 6.3 step 4).
[[nodiscard]] AxisMap cubic_map(std::int64_t in, std::int64_t out);
/// Two taps per output on a line padded by kLinearPad (nnunet-data 6.4).
[[nodiscard]] AxisMap linear_map(std::int64_t in, std::int64_t out);
/// The two taps per output of PyTorch's linear interpolation, as linear_map gives them: positions
/// and weights have single precision, and positions before the first sample become that sample
/// (nnunet-data 6.6).
[[nodiscard]] AxisMap torch_linear_map(std::int64_t in, std::int64_t out);
/// Index of the nearest input sample of each output; half-way goes up (nnunet-data 6.2, 6.4).
[[nodiscard]] std::vector<std::int64_t> nearest_map(std::int64_t in, std::int64_t out);
/// The same by PyTorch's mode nearest-exact, whose positions have single precision.
[[nodiscard]] std::vector<std::int64_t> torch_nearest_map(std::int64_t in, std::int64_t out);

}  // namespace nnflow::resample
