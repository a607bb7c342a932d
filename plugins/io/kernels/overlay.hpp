// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "nnflow/imaging/extent.hpp"

namespace nnflow::io {

/// The slice along axis 0 that shows most of the labels: the largest mean share over all labels > 0
/// of a map with axes (z, y, x); the first of equals, 0 without labels. As nnU-Net
/// (nnunet-inference 9.3), whose share of the i-th label is count in slice / (voxels of the label +
/// sum of the shares of the labels before it).
[[nodiscard]] std::int64_t overlay_slice(std::span<const std::int16_t> labels,
                                         const imaging::Extent3& extent);

/// The most label values, background included, that a picture can tell apart.
inline constexpr std::int64_t kOverlayColours = 15;

/// An RGB picture (row, column, channel) of one slice: the image scaled to 0..255 and, for the k-th
/// value that is present (sorted; negative values count as 0), `intensity` times the k-th colour
/// added, scaled again by its largest value. Throws std::invalid_argument for more than
/// `kOverlayColours` values.
[[nodiscard]] std::vector<std::uint8_t> overlay_picture(std::span<const float> image,
                                                        std::span<const std::int16_t> labels,
                                                        double intensity);

}  // namespace nnflow::io
