// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "plan/kernels/experiment.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include <nnflow/nnunet/percentile.hpp>

namespace nnflow::plan {
namespace {

constexpr double kAnisotropy = 3.0;
constexpr double kLowresThreshold = 0.25;
constexpr double kLowresStep = 1.03;

template <class T>
std::vector<double> along(std::span<const std::array<T, 3>> values, std::size_t axis) {
  std::vector<double> result;
  result.reserve(values.size());
  for (const auto& value : values) result.push_back(static_cast<double>(value[axis]));
  return result;
}

template <class T>
std::array<double, 3> medians(std::span<const std::array<T, 3>> values) {
  return {nnunet::median(along(values, 0)), nnunet::median(along(values, 1)),
          nnunet::median(along(values, 2))};
}

std::array<double, 3> reordered(const std::array<double, 3>& value,
                                const std::array<int, 3>& order) {
  return {value[static_cast<std::size_t>(order[0])], value[static_cast<std::size_t>(order[1])],
          value[static_cast<std::size_t>(order[2])]};
}

double product(std::span<const double> values) {
  double result = 1.0;
  for (const double v : values) result *= v;
  return result;
}

std::size_t first_largest(const Spacing3& spacing) {
  return static_cast<std::size_t>(std::max_element(spacing.begin(), spacing.end()) -
                                  spacing.begin());
}

std::array<double, 3> median_resampled_shape(const DatasetFacts& facts, const Spacing3& target) {
  std::vector<Extent3> shapes;
  for (std::size_t i = 0; i < facts.spacings.size(); ++i) {
    Extent3 shape{};
    for (std::size_t a = 0; a < 3; ++a) {
      shape[a] = std::llrint(facts.spacings[i][a] / target[a] *
                             static_cast<double>(facts.shapes_after_crop[i][a]));
    }
    shapes.push_back(shape);
  }
  return medians<std::int64_t>(shapes);
}

/// Coarsens fine axes first, until they are within a factor of two of the coarsest; then all
/// together.
void coarsen(Spacing3& spacing) {
  const double coarsest = *std::max_element(spacing.begin(), spacing.end());
  const bool uneven =
      std::any_of(spacing.begin(), spacing.end(), [=](double s) { return coarsest / s > 2.0; });
  for (double& s : spacing) {
    if (!uneven || coarsest / s > 2.0) s *= kLowresStep;
  }
}

/// Plans voxel sizes ever coarser until a patch covers a quarter of the median image
/// (nnunet-data 4.10).
std::optional<Configuration> plan_lowres(const Preset& preset,
                                         double memory_gb,
                                         const DatasetFacts& facts,
                                         const Configuration& fullres) {
  const double fullres_voxels = product(fullres.median_size);
  double median_voxels = fullres_voxels;
  const auto patch_voxels = [](const Configuration& c) {
    return product(std::vector<double>(c.topology.patch.begin(), c.topology.patch.end()));
  };
  double patch = patch_voxels(fullres);
  Spacing3 spacing{fullres.spacing[0], fullres.spacing[1], fullres.spacing[2]};
  std::optional<Configuration> lowres;
  while (patch / median_voxels < kLowresThreshold) {
    coarsen(spacing);
    std::array<double, 3> size{};
    std::array<double, 3> rounded{};
    for (std::size_t a = 0; a < 3; ++a) {
      size[a] = fullres.spacing[a] / spacing[a] * fullres.median_size[a];
      rounded[a] = std::nearbyint(size[a]);
    }
    median_voxels = product(size);
    lowres = plan_configuration(preset, memory_gb, spacing, rounded,
                                median_voxels * static_cast<double>(facts.num_training),
                                facts.label_keys);
    patch = patch_voxels(*lowres);
  }
  if (fullres_voxels / median_voxels < 2.0) lowres.reset();
  return lowres;
}

}  // namespace

Spacing3 target_spacing(const DatasetFacts& facts) {
  Spacing3 target{};
  std::array<double, 3> size{};
  for (std::size_t a = 0; a < 3; ++a) {
    target[a] = nnunet::percentile(along(facts.spacings, a), 50.0);
    size[a] = nnunet::percentile(along(facts.shapes_after_crop, a), 50.0);
  }
  const std::size_t worst = first_largest(target);
  const std::size_t b = worst == 0 ? 1 : 0;
  const std::size_t c = worst == 2 ? 1 : 2;
  const double other_spacing = std::max(target[b], target[c]);
  if (target[worst] > kAnisotropy * other_spacing &&
      size[worst] * kAnisotropy < std::min(size[b], size[c])) {
    const double fine = nnunet::percentile(along(facts.spacings, worst), 10.0);
    target[worst] = fine < other_spacing ? other_spacing + 1e-5 : fine;
  }
  return target;
}

Experiment plan_experiment(const Preset& preset,
                           double memory_gb,
                           const DatasetFacts& facts,
                           const std::optional<Spacing3>& overwrite_spacing,
                           bool suppress_transpose) {
  if (facts.spacings.empty() || facts.spacings.size() != facts.shapes_after_crop.size()) {
    throw std::invalid_argument("the fingerprint has " + std::to_string(facts.spacings.size()) +
                                " spacings and " + std::to_string(facts.shapes_after_crop.size()) +
                                " shapes, expected one of each per case");
  }
  const Spacing3 target = overwrite_spacing ? *overwrite_spacing : target_spacing(facts);
  for (const double s : target) {
    if (!(s > 0.0))
      throw std::invalid_argument("target spacing " + std::to_string(s) +
                                  " mm, expected more than 0");
  }
  Experiment result;
  const auto coarsest = suppress_transpose ? 0 : static_cast<int>(first_largest(target));
  result.transpose_forward = {coarsest, coarsest == 0 ? 1 : 0, coarsest == 2 ? 1 : 2};
  for (int i = 0; i < 3; ++i) {
    result.transpose_backward[static_cast<std::size_t>(
        result.transpose_forward[static_cast<std::size_t>(i)])] = i;
  }
  const Spacing3 spacing = reordered(target, result.transpose_forward);
  const auto median = reordered(median_resampled_shape(facts, target), result.transpose_forward);
  const double voxels = product(median) * static_cast<double>(facts.num_training);
  if (median[0] != 1.0) {
    result.fullres =
        plan_configuration(preset, memory_gb, spacing, median, voxels, facts.label_keys);
    result.lowres = plan_lowres(preset, memory_gb, facts, *result.fullres);
  }
  result.flat = plan_configuration(preset, memory_gb, std::span(spacing).subspan(1),
                                   std::span(median).subspan(1), voxels, facts.label_keys);
  result.median_spacing = reordered(medians(facts.spacings), result.transpose_forward);
  const auto shape = reordered(medians(facts.shapes_after_crop), result.transpose_forward);
  for (std::size_t a = 0; a < 3; ++a) result.median_shape[a] = std::llrint(shape[a]);
  return result;
}

}  // namespace nnflow::plan
