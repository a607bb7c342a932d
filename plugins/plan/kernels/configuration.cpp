// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "plan/kernels/configuration.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>
#include <string>

namespace nnflow::plan {
namespace {

constexpr std::int64_t kBaseFeatures = 32;
constexpr std::int64_t kMaxFeatures2d = 512;
constexpr std::int64_t kMaxFeatures3d = 320;
constexpr std::int64_t kMinBatch = 2;
constexpr std::int64_t kReferenceBatch2d = 12;
constexpr std::int64_t kReferenceBatch3d = 2;

constexpr std::array<Preset, 9> kPresets{{
    {"ExperimentPlanner", "nnUNetPlans", Encoder::kPlain, 8.0, 560e6, 85e6, 0.05, true, false},
    {"ResEncUNetPlanner", "nnUNetResEncUNetPlans", Encoder::kResidual, 8.0, 680e6, 135e6, 0.05,
     false, true},
    {"nnUNetPlannerResEncM", "nnUNetResEncUNetMPlans", Encoder::kResidual, 8.0, 680e6, 135e6, 1.0,
     false, true},
    {"nnUNetPlannerResEncL", "nnUNetResEncUNetLPlans", Encoder::kResidual, 24.0, 2100e6, 380e6, 1.0,
     false, true},
    {"nnUNetPlannerResEncXL", "nnUNetResEncUNetXLPlans", Encoder::kResidual, 40.0, 3600e6, 560e6,
     1.0, false, true},
    {"nnUNetPlanner_torchres", "nnUNetPlans_torchres", Encoder::kPlain, 8.0, 560e6, 85e6, 0.05,
     true, false, Resampler::kTorch},
    {"nnUNetPlannerResEncL_torchres", "nnUNetResEncUNetLPlans_torchres", Encoder::kResidual, 24.0,
     2100e6, 380e6, 1.0, false, false, Resampler::kTorch},
    {"nnUNetPlannerResEncL_torchres_sepz", "nnUNetResEncUNetLPlans_torchres_sepz",
     Encoder::kResidual, 24.0, 2100e6, 380e6, 1.0, false, false, Resampler::kTorchSeparateZ},
    {"nnUNetPlannerResEncL_noResampling", "nnUNetResEncUNetLPlans_noResampling", Encoder::kResidual,
     24.0, 2100e6, 380e6, 1.0, false, false, Resampler::kNone},
}};

double product(std::span<const double> values) {
  double result = 1.0;
  for (const double v : values) result *= v;
  return result;
}

std::vector<double> as_doubles(std::span<const std::int64_t> values) {
  return {values.begin(), values.end()};
}

/// Patch of the aspect ratio of isotropic millimetres and the volume of 256^3 or 2048^2, at most
/// the median image.
std::vector<double> initial_patch(std::span<const double> spacing,
                                  std::span<const double> median_size) {
  std::vector<double> inverse;
  for (const double s : spacing) {
    if (!(s > 0.0))
      throw std::invalid_argument("voxel size " + std::to_string(s) + ", expected more than 0");
    inverse.push_back(1.0 / s);
  }
  const bool flat = spacing.size() == 2;
  const double volume = flat ? 2048.0 * 2048.0 : 256.0 * 256.0 * 256.0;
  const double scale = std::pow(volume / product(inverse), flat ? 0.5 : 1.0 / 3.0);
  std::vector<double> patch;
  for (std::size_t i = 0; i < inverse.size(); ++i) {
    if (median_size[i] < 1.0)
      throw std::invalid_argument("the median image is empty at this voxel size");
    patch.push_back(std::min(std::nearbyint(inverse[i] * scale), median_size[i]));
  }
  return patch;
}

/// The axis whose patch is largest beside the median image; of equal ones the last.
std::size_t axis_to_reduce(std::span<const std::int64_t> patch,
                           std::span<const double> median_size) {
  std::size_t axis = 0;
  double largest = -1.0;
  for (std::size_t i = 0; i < patch.size(); ++i) {
    const double ratio = static_cast<double>(patch[i]) / median_size[i];
    if (ratio >= largest) {
      largest = ratio;
      axis = i;
    }
  }
  return axis;
}

class Planner {
 public:
  Planner(const Preset& preset, std::size_t axes, std::int64_t label_keys)
      : preset_(preset), flat_(axes == 2), label_keys_(label_keys) {}

  void set_topology(Configuration& c, std::span<const double> size) const {
    c.topology = pool_topology(c.spacing, size);
    const std::size_t stages = c.topology.stages();
    c.features.clear();
    c.encoder_depth.clear();
    c.decoder_depth.assign(stages - 1, preset_.encoder == Encoder::kPlain ? 2 : 1);
    constexpr std::array<std::int64_t, 4> kBlocks{1, 3, 4, 6};
    std::int64_t features = kBaseFeatures;
    for (std::size_t s = 0; s < stages; ++s, features *= 2) {
      c.features.push_back(std::min(features, flat_ ? kMaxFeatures2d : kMaxFeatures3d));
      c.encoder_depth.push_back(
          preset_.encoder == Encoder::kPlain ? 2 : kBlocks[std::min<std::size_t>(s, 3)]);
    }
  }

  [[nodiscard]] double estimate(const Configuration& c) const {
    return static_cast<double>(feature_map_elements(c.topology, c.features, c.encoder_depth,
                                                    c.decoder_depth, preset_.encoder, label_keys_));
  }

  [[nodiscard]] double reference_batch() const {
    return static_cast<double>(flat_ ? kReferenceBatch2d : kReferenceBatch3d);
  }

  [[nodiscard]] bool too_large(double estimate, double reference) const {
    return (preset_.shrinks_to_smallest_batch ? estimate / reference_batch() * 2.0 : estimate) >
           reference;
  }

  /// Makes the patch smaller by one step along one axis. The divisor is taken after a trial step:
  /// sizes such as 224, between 256 and 192, would be skipped otherwise.
  void shrink(Configuration& c) const {
    const std::size_t axis = axis_to_reduce(c.topology.patch, c.median_size);
    std::vector<double> trial = as_doubles(c.topology.patch);
    trial[axis] -= static_cast<double>(c.topology.divisor[axis]);
    const std::int64_t step = pool_topology(c.spacing, trial).divisor[axis];
    std::vector<double> patch = as_doubles(c.topology.patch);
    patch[axis] -= static_cast<double>(step);
    if (patch[axis] < 1.0)
      throw std::invalid_argument("the memory target is too small for any patch");
    set_topology(c, patch);
  }

 private:
  const Preset& preset_;
  bool flat_;
  std::int64_t label_keys_;
};

}  // namespace

std::span<const Preset> presets() { return kPresets; }

const Preset* find_preset(std::string_view name) {
  const auto found = std::find_if(kPresets.begin(), kPresets.end(),
                                  [name](const Preset& p) { return p.name == name; });
  return found == kPresets.end() ? nullptr : &*found;
}

Configuration plan_configuration(const Preset& preset,
                                 double memory_gb,
                                 std::span<const double> spacing,
                                 std::span<const double> median_size,
                                 double dataset_voxels,
                                 std::int64_t label_keys) {
  Configuration c;
  c.spacing.assign(spacing.begin(), spacing.end());
  c.median_size.assign(median_size.begin(), median_size.end());
  const Planner planner(preset, spacing.size(), label_keys);
  planner.set_topology(c, initial_patch(spacing, median_size));
  const double reference = (spacing.size() == 2 ? preset.reference_2d : preset.reference_3d) *
                           (memory_gb / preset.memory_gb);
  double estimate = planner.estimate(c);
  while (planner.too_large(estimate, reference)) {
    planner.shrink(c);
    estimate = planner.estimate(c);
  }
  const std::int64_t fits = std::llrint(reference / estimate * planner.reference_batch());
  const std::int64_t cap = std::llrint(dataset_voxels * preset.max_dataset_covered /
                                       product(as_doubles(c.topology.patch)));
  c.batch_size = std::max(std::min(fits, cap), kMinBatch);
  return c;
}

}  // namespace nnflow::plan
