// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <span>

#include "augment/kernels/draws.hpp"
#include "nnflow/imaging/extent.hpp"

namespace nnflow::augment {

/// Rotation and scaling around the patch centre (nnunet-training 3.2). Factors above 1 shrink
/// objects.
struct SpatialSettings {
  double rotation_probability = 0.2;  ///< per patch
  double scaling_probability = 0.2;   ///< per patch, independent of the rotation
  Range rotation{-std::numbers::pi / 6, std::numbers::pi / 6};  ///< radians, drawn per axis
  Range scaling{0.7, 1.4};
  double axis_rotation_probability = 1.0;  ///< of each axis of a rotated patch; others have angle 0
  bool equal_scaling = true;               ///< one factor for all axes instead of one for each
};

/// How values between voxels are made.
enum class Interpolation { kLinear, kNearest };

using Matrix3 = std::array<std::array<double, 3>, 3>;

struct SpatialParameters {
  /// False: a plain centre crop, which may be half a voxel away from the identity grid.
  bool interpolate = false;
  /// Maps centred output offsets (z, y, x) to centred source offsets. In-plane transforms keep z
  /// apart.
  Matrix3 affine{{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};
  Interpolation image = Interpolation::kLinear;
  Interpolation label = Interpolation::kLinear;
};

/// `Rz(a2) Ry(a1) Rx(a0) diag(factors)`, where Rx turns axes (1, 2), Ry (0, 2) and Rz (0, 1);
/// radians.
[[nodiscard]] Matrix3 volume_affine(const std::array<double, 3>& angles,
                                    const std::array<double, 3>& factors);

/// Rotation of axes (1, 2) by `angle` radians, times `factors` of these two axes.
[[nodiscard]] Matrix3 plane_affine(double angle, const std::array<double, 2>& factors);

/// The same with one factor for all axes.
[[nodiscard]] inline Matrix3 volume_affine(const std::array<double, 3>& angles, double factor) {
  return volume_affine(angles, {factor, factor, factor});
}
[[nodiscard]] inline Matrix3 plane_affine(double angle, double factor) {
  return plane_affine(angle, {factor, factor});
}

/// The angles and factors of a patch of which it is known whether it is rotated and scaled.
/// @param in_plane one transform of axes (1, 2) for every slice: 2D patches and dummy 2D
/// (nnunet-training 3.4)
template <RandomDraws G>
[[nodiscard]] SpatialParameters draw_spatial(
    G& rng, const SpatialSettings& settings, bool rotate, bool scale, bool in_plane) {
  SpatialParameters parameters;
  if (!rotate && !scale) return parameters;
  std::array<double, 3> angles{};
  if (rotate) {
    for (double& angle : angles) angle = draw_uniform(rng, settings.rotation);
    if (settings.axis_rotation_probability < 1.0) {
      for (double& angle : angles) {
        if (!draw_chance(rng, settings.axis_rotation_probability)) angle = 0.0;
      }
    }
  }
  std::array<double, 3> factors{1.0, 1.0, 1.0};
  if (scale) {
    factors.fill(draw_uniform(rng, settings.scaling));
    if (!settings.equal_scaling) {
      for (std::size_t a = 1; a < 3; ++a) factors[a] = draw_uniform(rng, settings.scaling);
    }
  }
  parameters.interpolate = true;
  parameters.affine =
      in_plane ? plane_affine(angles[2], {factors[1], factors[2]}) : volume_affine(angles, factors);
  return parameters;
}

/// The same with these two draws before.
template <RandomDraws G>
[[nodiscard]] SpatialParameters draw_spatial(G& rng,
                                             const SpatialSettings& settings,
                                             bool in_plane) {
  const bool rotate = draw_chance(rng, settings.rotation_probability);
  const bool scale = draw_chance(rng, settings.scaling_probability);
  return draw_spatial(rng, settings, rotate, scale, in_plane);
}

/// Samples every channel at the transformed positions, linearly or at the nearest voxel; 0 outside
/// (nnunet-training 3.2).
/// An affine that keeps axis 0 apart samples slice by slice, and needs equal slice counts.
/// @param in  channels x in_extent, contiguous
/// @param out channels x out_extent, contiguous
void transform_image(const SpatialParameters& parameters,
                     std::span<const float> in,
                     const imaging::Extent3& in_extent,
                     std::span<float> out,
                     const imaging::Extent3& out_extent);

/// Gives every voxel the label of the largest linear score, rounded to half precision; ties go to
/// the nearest voxel's label if it is tied, else to the smallest label. With nearest interpolation
/// it is the nearest voxel's label. Outside is -1 (nnunet-training 3.3, version 0.3.6).
void transform_label(const SpatialParameters& parameters,
                     std::span<const std::int16_t> in,
                     const imaging::Extent3& in_extent,
                     std::span<std::int16_t> out,
                     const imaging::Extent3& out_extent);

/// Copies the box of size `out_extent` whose centre is the centre of `in`: it starts at
/// `floor(in / 2) - out / 2` on each axis. Outside becomes `fill`.
template <class T>
void center_crop(std::span<const T> in,
                 const imaging::Extent3& in_extent,
                 std::span<T> out,
                 const imaging::Extent3& out_extent,
                 T fill) {
  imaging::Extent3 start;
  for (std::size_t a = 0; a < 3; ++a) start[a] = in_extent[a] / 2 - out_extent[a] / 2;
  const std::int64_t first = std::clamp<std::int64_t>(-start[2], 0, out_extent[2]);
  const std::int64_t last = std::clamp<std::int64_t>(in_extent[2] - start[2], first, out_extent[2]);
  const std::int64_t channels =
      static_cast<std::int64_t>(out.size()) / imaging::voxel_count(out_extent);
  T* target = out.data();
  for (std::int64_t c = 0; c < channels; ++c) {
    const T* const source = in.data() + c * imaging::voxel_count(in_extent);
    for (std::int64_t z = start[0]; z < start[0] + out_extent[0]; ++z) {
      for (std::int64_t y = start[1]; y < start[1] + out_extent[1]; ++y, target += out_extent[2]) {
        if (z < 0 || z >= in_extent[0] || y < 0 || y >= in_extent[1]) {
          std::fill_n(target, out_extent[2], fill);
          continue;
        }
        const T* const row = source + imaging::linear_index(in_extent, z, y, start[2]);
        std::fill(target, target + first, fill);
        std::copy(row + first, row + last, target + first);
        std::fill(target + last, target + out_extent[2], fill);
      }
    }
  }
}

}  // namespace nnflow::augment
