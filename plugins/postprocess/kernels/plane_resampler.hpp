// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "nnflow/imaging/extent.hpp"

namespace nnflow::postprocess {

/// How the sample positions of linear resampling are computed.
enum class LinearPositions : std::uint8_t {
  kDouble,  ///< as SciPy does
  kTorch,   ///< as PyTorch does for float32 (nnunet-data 6.6)
};

/// Linear resampling of one channel of logits, one output plane at a time, so that no channel ever
/// exists at the target's resolution. Arithmetic as in nnunet-inference 4.2: double, half-pixel
/// centres, clamped indices, no fused multiply-add, clipped to the range of the channel, or of the
/// slice with a separate axis. Values are not rounded.
///
/// Planes are perpendicular to axis 0, or to the separate axis; with a separate axis, target planes
/// that take the same source slice (nearest neighbour) are one plane.
class PlaneResampler {
 public:
  PlaneResampler(const imaging::Extent3& source,
                 const imaging::Extent3& target,
                 std::optional<int> separate,
                 LinearPositions positions = LinearPositions::kDouble);

  /// The axis that planes are perpendicular to, and the two in-plane axes, slower first.
  [[nodiscard]] const std::array<std::size_t, 3>& axes() const { return axes_; }
  /// Voxels of one plane.
  [[nodiscard]] std::int64_t plane_size() const { return rows_ * columns_; }
  /// Number of different planes.
  [[nodiscard]] std::int64_t planes() const { return static_cast<std::int64_t>(targets_.size()); }
  /// The target positions along `axes()[0]` that plane `plane` fills.
  [[nodiscard]] const std::vector<std::int64_t>& positions(std::int64_t plane) const {
    return targets_[static_cast<std::size_t>(plane)];
  }

  /// Range of a channel, axes (z, y, x), to be passed to `resample`; unused with a separate axis.
  [[nodiscard]] static std::array<float, 2> range_of(std::span<const float> channel);

  /// Memory that `resample` reuses between calls; one per thread.
  struct Scratch {
    std::array<std::vector<double>, 2> slices;
    std::array<std::vector<double>, 4> rows;
  };

  /// Fills `plane` (`plane_size()` values) with plane number `index` of the channel.
  void resample(std::span<const float> channel,
                const std::array<float, 2>& range,
                std::int64_t index,
                Scratch& scratch,
                std::span<double> plane) const;

 private:
  /// Two source positions and their weights for every target position of an axis.
  struct Taps {
    std::array<std::vector<std::int64_t>, 2> index;
    std::array<std::vector<double>, 2> weight;
  };
  static Taps linear_taps(std::int64_t source, std::int64_t target, LinearPositions positions);
  /// Copies a source slice, scaled, into contiguous memory.
  void load_slice(std::span<const float> channel,
                  std::int64_t position,
                  double weight,
                  std::vector<double>& slice) const;

  imaging::Extent3 source_;
  bool identity_;
  bool separate_;
  std::array<std::size_t, 3> axes_{0, 1, 2};
  std::int64_t rows_ = 0;
  std::int64_t columns_ = 0;
  std::vector<std::vector<std::int64_t>> targets_;
  std::vector<std::int64_t> sources_;  ///< source slice of each plane, with a separate axis
  std::array<Taps, 3> taps_;           ///< in the order of `axes_`
};

}  // namespace nnflow::postprocess
