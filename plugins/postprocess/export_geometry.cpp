// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "postprocess/export_geometry.hpp"

#include <nnflow/error.hpp>
#include <nnflow/imaging/separate_axis.hpp>
#include <string>

namespace nnflow::postprocess {

namespace {

constexpr std::string_view kDefaultResampler = "resample_data_or_seg_to_shape";
constexpr std::string_view kTorchResampler = "resample_torch_fornnunet";
constexpr std::string_view kNoResampling = "no_resampling_hack";

[[noreturn]] void refuse(const nnunet::Plans& plans, const std::string& what) {
  throw Error(ErrorCode::kInvalidData, plans.source() + ": " + what);
}

std::string text(const imaging::Extent3& extent) {
  return std::to_string(extent[0]) + " x " + std::to_string(extent[1]) + " x " +
         std::to_string(extent[2]);
}

void check_resampling(const nnunet::Plans& plans, const nnunet::ConfigurationPlan& configuration) {
  const auto& resampling = configuration.resampling_probabilities;
  const std::string where = "configuration " + configuration.name + ": resampling_fn_probabilities";
  if (resampling.function == kNoResampling) return;
  if (resampling.function == kTorchResampler) {
    const nnunet::Json& kwargs = resampling.kwargs;
    const std::string expected = "linear";
    if (kwargs.is_object() && kwargs.contains("mode") && kwargs.at("mode") != expected) {
      refuse(plans, where + "_kwargs has mode " + kwargs.at("mode").dump() +
                        "; logits are resampled with \"linear\" only");
    }
    return;
  }
  if (resampling.function != kDefaultResampler) {
    refuse(plans, where + " is \"" + resampling.function + "\"; known are " +
                      std::string(kDefaultResampler) + ", " + std::string(kTorchResampler) +
                      " and " + std::string(kNoResampling));
  }
  if (resampling.order != 1 || resampling.order_z != 0) {
    refuse(plans, where + "_kwargs has order " + std::to_string(resampling.order) +
                      " and order_z " + std::to_string(resampling.order_z) +
                      "; logits are resampled with order 1 and order_z 0 only");
  }
}

}  // namespace

ExportGeometry export_geometry(const imaging::Extent3& grid,
                               const nnunet::CaseProperties& properties,
                               const nnunet::Plans& plans,
                               const nnunet::ConfigurationPlan& configuration) {
  check_resampling(plans, configuration);
  ExportGeometry geometry;
  geometry.grid = grid;
  geometry.crop = properties.bbox_used_for_cropping;
  geometry.uncropped = properties.shape_before_cropping;
  const auto crop = geometry.crop.extent();
  for (std::size_t axis = 0; axis < 3; ++axis) {
    if (geometry.crop.lower[axis] < 0 || crop[axis] < 1 ||
        geometry.crop.upper[axis] > geometry.uncropped[axis]) {
      throw Error(ErrorCode::kInvalidData, "the crop box of the case lies outside its image of " +
                                               text(geometry.uncropped) + " voxels");
    }
    geometry.transpose_backward[axis] =
        static_cast<std::size_t>(plans.header().transpose_backward[axis]);
  }
  const auto& resampling = configuration.resampling_probabilities;
  if (resampling.function == kNoResampling && grid != crop) {
    refuse(plans, "configuration " + configuration.name +
                      " does not resample, but the logits have " + text(grid) +
                      " voxels and the cropped image " + text(crop));
  }
  if (resampling.function == kTorchResampler) geometry.positions = LinearPositions::kTorch;
  const auto original = plans.transposed(properties.spacing);
  const auto current = configuration.target_spacing(original);
  geometry.separate_axis = imaging::separate_axis(current, original, resampling.force_separate_z,
                                                  resampling.separate_z_anisotropy_threshold);
  return geometry;
}

ExportGeometry next_stage_geometry(const imaging::Extent3& grid,
                                   const imaging::Extent3& target,
                                   const nnunet::CaseProperties& properties,
                                   const nnunet::Plans& plans,
                                   const nnunet::ConfigurationPlan& configuration) {
  check_resampling(plans, configuration);
  const auto& resampling = configuration.resampling_probabilities;
  if (resampling.function == kNoResampling && grid != target) {
    refuse(plans, "configuration " + configuration.name +
                      " does not resample, but its logits have " + text(grid) +
                      " voxels and the image of its next stage " + text(target));
  }
  ExportGeometry geometry;
  geometry.grid = grid;
  geometry.crop.upper = target;
  geometry.uncropped = target;
  if (resampling.function == kTorchResampler) geometry.positions = LinearPositions::kTorch;
  const auto spacing = configuration.target_spacing(plans.transposed(properties.spacing));
  geometry.separate_axis = imaging::separate_axis(spacing, spacing, resampling.force_separate_z,
                                                  resampling.separate_z_anisotropy_threshold);
  return geometry;
}

std::vector<std::int16_t> region_labels(const nnunet::LabelManager& labels) {
  std::vector<std::int16_t> result;
  for (const auto label : labels.regions_class_order()) {
    result.push_back(static_cast<std::int16_t>(label));
  }
  return result;
}

LogitRounding export_rounding(const nnunet::Logits& logits,
                              const nnunet::ConfigurationPlan& configuration) {
  const bool torch = configuration.resampling_probabilities.function == kTorchResampler;
  return logits.half && !torch ? LogitRounding::kHalf : LogitRounding::kSingle;
}

}  // namespace nnflow::postprocess
