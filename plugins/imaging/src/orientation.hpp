// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nnflow/imaging/extent.hpp"
#include "nnflow/imaging/geometry.hpp"

namespace nnflow::imaging {

/// A new order of the axes of an array, some of them reversed. Axes are (x, y, z).
struct AxisMap {
  std::array<std::size_t, 3> source{0, 1, 2};        ///< old axis that becomes each new one
  std::array<bool, 3> flipped{false, false, false};  ///< per new axis

  [[nodiscard]] bool is_identity() const { return *this == AxisMap{}; }
  /// What brings the reordered array back.
  [[nodiscard]] AxisMap inverse() const;
  friend bool operator==(const AxisMap&, const AxisMap&) = default;
};

/// The order in which an array with this affine has the axes that are closest to RAS+: nibabel's
/// `io_orientation`. Throws std::invalid_argument for an affine that does not span space.
[[nodiscard]] AxisMap to_canonical(const Affine& affine);

/// Affine of the reordered array; `extent` is that before.
[[nodiscard]] Affine reordered(const Affine& affine, const AxisMap& map, const Extent3& extent);

/// Where the axes of an image point to by their largest cosine, such as "LPS": SimpleITK's
/// `DICOMOrientImageFilter_GetOrientationFromDirectionCosines`.
[[nodiscard]] std::string orientation_of(const std::array<double, 9>& direction);

/// The order that gives axes with orientation `from` the orientation `to`. Throws
/// std::invalid_argument for texts that are no orientations.
[[nodiscard]] AxisMap between(std::string_view from, std::string_view to);

/// ITK's geometry of the reordered array; `extent` is that before.
[[nodiscard]] Geometry reordered(const Geometry& geometry,
                                 const AxisMap& map,
                                 const Extent3& extent);

/// Extent (z, y, x) of the reordered array.
[[nodiscard]] Extent3 reordered(const Extent3& extent, const AxisMap& map);

/// Reorders an array (z, y, x) of elements of `element_bytes`.
[[nodiscard]] std::vector<std::byte> reordered(std::span<const std::byte> voxels,
                                               std::size_t element_bytes,
                                               const Extent3& extent,
                                               const AxisMap& map);

/// Column norms of an affine: mm along x, y, z.
[[nodiscard]] std::array<double, 3> column_lengths(const Affine& affine);

/// The rotation closest to a 3x3 matrix (row-major), by polar decomposition.
[[nodiscard]] std::array<double, 9> closest_rotation(std::array<double, 9> matrix);

}  // namespace nnflow::imaging
