// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include <nnflow/imaging/extent.hpp>

namespace nnflow::resample {

using imaging::Extent3;
using imaging::Spacing3;

/// Interpolation order along the resampled axes. Cubic is an interpolating B-spline.
enum class Order { kNearest = 0, kLinear = 1, kCubic = 3 };

/// The axis that is resampled by nearest neighbour, as imaging::separate_axis decides it.
using SeparateZ = std::optional<int>;

/// How label maps are decided where several labels compete (nnunet-data 6.5).
enum class LabelRule {
  kHighestScore,  ///< the label with the highest linear score; ties go to the nearest-neighbour
                  ///< label, then to the smallest
  kHalfScore,     ///< older batchgenerators: the last label with a score of at least 0.5, else 0
};

/// The same where nnU-Net resamples with PyTorch (nnunet-data 6.6).
enum class TorchLabelRule {
  kHighestScore,  ///< scores are rounded to binary16; ties go to the smallest label
  kAboveHalf,     ///< `memefficient_seg_resampling`: the label with a score above 0.5, else 0
};

/// Extent after resampling from `current` to `target` voxel size: round-half-even of
/// current/target*extent per axis.
[[nodiscard]] Extent3 resampled_extent(const Extent3& extent,
                                       const Spacing3& current,
                                       const Spacing3& target);

/// Resamples images or logits (nnunet-data 6.2 to 6.4, 6.7). `source` holds any number of channels,
/// axes (channel, z, y, x), contiguous; `target` holds the same number of channels of
/// `target_extent`. Computed in double, clipped to the range of the channel (or of the slice with
/// `separate`), rounded to float once. Nothing is changed when the extents agree. Channels are
/// independent of each other; `threads` >= 1 workers give the same bytes as one. Peak extra memory:
/// one channel in double, at the smaller of the two sizes along the axes done first.
/// @throws std::invalid_argument when the spans do not fit the extents or an extent is empty
void resample_channels(std::span<const float> source,
                       const Extent3& source_extent,
                       std::span<float> target,
                       const Extent3& target_extent,
                       Order order,
                       SeparateZ separate,
                       int threads = 1);

/// Resamples a label map (z, y, x) with linear label scores (nnunet-data 6.5); bit-exact including
/// ties. `order` kNearest takes the nearest label, kLinear the label decided by `rule`.
/// @throws std::invalid_argument as resample_channels, and for kCubic
void resample_labels(std::span<const std::int16_t> source,
                     const Extent3& source_extent,
                     std::span<std::int16_t> target,
                     const Extent3& target_extent,
                     Order order,
                     SeparateZ separate,
                     LabelRule rule = LabelRule::kHighestScore);

/// As resample_channels, with the linear interpolation of PyTorch: `resample_torch_fornnunet`.
/// Agrees with it to float32 rounding.
void torch_resample_channels(std::span<const float> source,
                             const Extent3& source_extent,
                             std::span<float> target,
                             const Extent3& target_extent,
                             SeparateZ separate,
                             int threads = 1);

/// As resample_labels, by the linear scores that PyTorch gives in single precision.
void torch_resample_labels(std::span<const std::int16_t> source,
                           const Extent3& source_extent,
                           std::span<std::int16_t> target,
                           const Extent3& target_extent,
                           SeparateZ separate,
                           TorchLabelRule rule = TorchLabelRule::kHighestScore);

}  // namespace nnflow::resample
