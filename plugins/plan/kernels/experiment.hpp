// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include <nnflow/imaging/extent.hpp>

#include "plan/kernels/configuration.hpp"

namespace nnflow::plan {

using imaging::Extent3;
using imaging::Spacing3;

/// What planning needs of a data set. Arrays in raw axis order, one entry per case.
struct DatasetFacts {
  std::span<const Spacing3> spacings;  ///< mm
  std::span<const Extent3> shapes_after_crop;
  std::int64_t num_training = 0;  ///< as dataset.json says
  std::int64_t label_keys = 0;    ///< entries of `labels`
};

/// The configurations and the geometry they share. Arrays are in the transposed axis order.
struct Experiment {
  std::array<int, 3> transpose_forward{0, 1, 2};
  std::array<int, 3> transpose_backward{0, 1, 2};
  Spacing3 median_spacing{};             ///< of the raw cases
  Extent3 median_shape{};                ///< of the cropped cases, rounded
  Configuration flat;                    ///< 2d
  std::optional<Configuration> fullres;  ///< absent for 2D data
  std::optional<Configuration> lowres;   ///< only where a patch covers too little of an image
};

/// Voxel size that images are resampled to, raw axis order (nnunet-data 4.3).
[[nodiscard]] Spacing3 target_spacing(const DatasetFacts& facts);

/// Plans all configurations (nnunet-data 4.2 to 4.11). `overwrite_spacing` replaces
/// `target_spacing`; `suppress_transpose` keeps the axis order of the raw data, which otherwise
/// begins with the coarsest axis.
/// @throws std::invalid_argument when there is no case or a number is out of range
[[nodiscard]] Experiment plan_experiment(const Preset& preset,
                                         double memory_gb,
                                         const DatasetFacts& facts,
                                         const std::optional<Spacing3>& overwrite_spacing,
                                         bool suppress_transpose = false);

}  // namespace nnflow::plan
