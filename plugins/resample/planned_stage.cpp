// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <utility>

#include <nnflow/imaging/separate_axis.hpp>

#include "resample/stages.hpp"

namespace nnflow::resample {
namespace {

constexpr const char* kReference = "resample_data_or_seg_to_shape";
constexpr const char* kIdentity = "no_resampling_hack";

Order order_of(int order, bool label) {
  if (order == 0 || order == 1 || (order == 3 && !label)) return static_cast<Order>(order);
  throw Error(ErrorCode::kInvalidData, "order " + std::to_string(order) +
                                           " in the plans, expected " +
                                           (label ? "0 or 1 for label maps" : "0, 1 or 3"));
}

/// False when the plans switch resampling off.
bool wanted(const nnunet::Resampling& how) {
  if (how.function == kIdentity) return false;
  if (how.function != kReference) {
    throw Error(ErrorCode::kInvalidData, "resampling function '" + how.function +
                                             "' in the plans, expected " + kReference + " or " +
                                             kIdentity);
  }
  if (how.order_z != 0) {
    throw Error(ErrorCode::kInvalidData,
                "order_z " + std::to_string(how.order_z) + " in the plans, expected 0");
  }
  return true;
}

SeparateZ separate(const nnunet::Resampling& how, const Spacing3& current, const Spacing3& target) {
  return imaging::separate_axis(current, target, how.force_separate_z,
                                how.separate_z_anisotropy_threshold);
}

}  // namespace

void PlannedStage::describe(StageSpec& spec) {
  spec.summary("Resample an image and its labels to the voxel size of a configuration")
      .cache_version(1)
      .memory_hint("4*input");
  spec.doc(
      "Axes that are more than three times coarser than the others are resampled by nearest "
      "neighbour. A 2D "
      "configuration keeps the slices. Where the plans say no_resampling_hack nothing is changed.");
  spec.input(kImageIn, "normalised image in the axis order of the plans");
  spec.optional_input(kLabelIn, "its label map");
  spec.input(kPlans, "plans with the voxel size and the interpolation orders");
  spec.optional_input(kModel, "a model whose configuration is taken instead of the parameter");
  spec.output(kImage, "resampled image").output(kLabel, "resampled label map, when there was one");
  spec.params<Params>()
      .field("configuration", &Params::configuration,
             "name of the configuration in the plans, where no model is given")
      .field("label_rule", &Params::label_rule,
             "which label wins: the one with the highest score, or the last that reaches one half",
             Choices{{"highest", "half"}});
}

void PlannedStage::process(Context& ctx) const {
  const std::string& name = ctx.has(kModel) ? ctx.get(kModel).configuration : params_.configuration;
  const nnunet::ConfigurationPlan& configuration = ctx.get(kPlans).configuration(name);
  imaging::Volume image = ctx.take(kImageIn);
  const Spacing3 current = image.spacing;
  const Spacing3 target = configuration.target_spacing(current);
  const Extent3 extent = resampled_extent(image.extent(), current, target);
  if (imaging::voxel_count(extent) == 0) {
    ctx.fail("no voxel is left at the voxel size of configuration '" + name + "'");
  }
  const auto& data = configuration.resampling_data;
  if (wanted(data)) {
    image = resampled(std::move(image), extent, target, order_of(data.order, false),
                      separate(data, current, target), ctx.threads());
  }
  ctx.emit(kImage, std::move(image));
  if (!ctx.has(kLabelIn)) return;
  imaging::LabelMap label = ctx.take(kLabelIn);
  const auto& seg = configuration.resampling_seg;
  if (wanted(seg)) {
    label = resampled(std::move(label), extent, target, order_of(seg.order, true),
                      separate(seg, current, target), label_rule(params_.label_rule));
  }
  ctx.emit(kLabel, std::move(label));
}

}  // namespace nnflow::resample
