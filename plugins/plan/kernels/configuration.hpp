// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "plan/kernels/memory_estimate.hpp"
#include "plan/kernels/topology.hpp"

namespace nnflow::plan {

/// Which function resamples the data and the logits of a plan (nnunet-data 6).
enum class Resampler : std::uint8_t {
  kDefault,
  kTorch,           ///< linear by PyTorch, all axes alike
  kTorchSeparateZ,  ///< linear by PyTorch, nearest neighbour along a much coarser axis
  kNone,
};

/// The constants of one planner (nnunet-data 4.1).
struct Preset {
  std::string_view name;        ///< as users select it and as plans record it
  std::string_view plans_name;  ///< default
  Encoder encoder = Encoder::kPlain;
  double memory_gb = 8.0;  ///< default target, which the reference values correspond to
  double reference_3d = 0.0;
  double reference_2d = 0.0;
  double max_dataset_covered = 0.05;
  bool shrinks_to_smallest_batch =
      true;                          ///< compare the estimate for a batch of two with the reference
  bool shares_default_data = false;  ///< 2d and 3d_fullres data are those of nnUNetPlans
  Resampler resampler = Resampler::kDefault;
};

/// All planners, default first.
[[nodiscard]] std::span<const Preset> presets();
/// The preset of that name, or null.
[[nodiscard]] const Preset* find_preset(std::string_view name);

/// One configuration: patch, batch and network for a voxel size (nnunet-data 4.6). Entries in array
/// axis order.
struct Configuration {
  std::vector<double> spacing;      ///< mm
  std::vector<double> median_size;  ///< voxels
  Topology topology;
  std::vector<std::int64_t> features;
  std::vector<std::int64_t> encoder_depth;
  std::vector<std::int64_t> decoder_depth;
  std::int64_t batch_size = 0;
};

/// Plans one configuration. `dataset_voxels` is the number of voxels of the whole training set at
/// that voxel size; `memory_gb` the memory target.
/// @throws std::invalid_argument when a voxel size is not positive or the memory target is too
/// small for any patch
[[nodiscard]] Configuration plan_configuration(const Preset& preset,
                                               double memory_gb,
                                               std::span<const double> spacing,
                                               std::span<const double> median_size,
                                               double dataset_voxels,
                                               std::int64_t label_keys);

}  // namespace nnflow::plan
