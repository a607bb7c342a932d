// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "nnflow/imaging/extent.hpp"
#include "postprocess/kernels/plane_resampler.hpp"

namespace nnflow::postprocess {

/// How resampled logits are rounded before classes are compared.
enum class LogitRounding : std::uint8_t {
  kSingle,  ///< float32
  kHalf,    ///< binary16 in one rounding, as nnU-Net does (nnunet-inference 4.2)
};

/// How the network grid lies in the image as read. All extents but the result's are in the axes
/// after transpose_forward.
struct ExportGeometry {
  imaging::Extent3 grid{};           ///< of the logits
  std::optional<int> separate_axis;  ///< resampled by nearest neighbour (nnunet-inference 4.2)
  imaging::Box3 crop;                ///< the logits' region in the uncropped image
  imaging::Extent3 uncropped{};      ///< extent before cropping
  std::array<std::size_t, 3> transpose_backward{
      0, 1, 2};  ///< result axis i = uncropped axis transpose_backward[i]
  LinearPositions positions = LinearPositions::kDouble;
};

/// Extent of the result of `export_labels`.
[[nodiscard]] imaging::Extent3 exported_extent(const ExportGeometry& geometry);

/// Fills `labels`, a label map in the axes of the image as read (`exported_extent`), from logits
/// with the axes (head, z, y, x) on `geometry.grid` (nnunet-inference 4.1): resample to the crop,
/// decide, undo the crop (0 outside), undo the transposition. `region_labels` empty: the first head
/// with the highest logit is the label. Otherwise it holds one label a head (regions_class_order):
/// a voxel takes the label of the last head whose sigmoid exceeds 0.5, else 0. One plane of one
/// class exists at a time per thread; any number of `threads` gives the same labels.
void export_labels(std::span<const float> logits,
                   std::int64_t heads,
                   const ExportGeometry& geometry,
                   std::span<const std::int16_t> region_labels,
                   LogitRounding rounding,
                   int threads,
                   std::span<std::int16_t> labels);

/// As above, into memory of its own.
[[nodiscard]] std::vector<std::int16_t> export_labels(std::span<const float> logits,
                                                      std::int64_t heads,
                                                      const ExportGeometry& geometry,
                                                      std::span<const std::int16_t> region_labels,
                                                      LogitRounding rounding,
                                                      int threads);

/// Whether the float32 sigmoid of `logit` exceeds 0.5 (nnunet-inference 4.3).
[[nodiscard]] bool exceeds_half_probability(float logit);

}  // namespace nnflow::postprocess
