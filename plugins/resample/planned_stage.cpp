// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <utility>

#include <nnflow/imaging/separate_axis.hpp>

#include "resample/planned_functions.hpp"
#include "resample/stages.hpp"

namespace nnflow::resample {
namespace {

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
      "The plans name the function. Their usual one and resample_torch_fornnunet (linear; "
      "label_rule does not matter) resample an axis that is more than three times coarser than the "
      "others by nearest neighbour, unless the plans have another force_separate_z or threshold; "
      "no_resampling_hack changes nothing. A 2D configuration keeps the slices.");
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
             Choices{{"highest", "half"}})
      .field("labels", &Params::labels,
             "when there are labels to resample: always, or where the configuration is the second "
             "stage of a cascade",
             Choices{{"always", "cascade"}});
}

void PlannedStage::process(Context& ctx) const {
  const std::string& name = ctx.has(kModel) ? ctx.get(kModel).configuration : params_.configuration;
  const nnunet::Plans& plans = ctx.get(kPlans);
  const nnunet::ConfigurationPlan& configuration = plans.configuration(name);
  imaging::Volume image = ctx.take(kImageIn);
  const Spacing3 current = image.spacing;
  const Spacing3 target = configuration.target_spacing(current);
  const std::string where = plans.source() + ": configuration " + name + ": resampling_fn_";
  const auto data = planned_function(configuration.resampling_data, where + "data", false);
  const auto seg = planned_function(configuration.resampling_seg, where + "seg", true);
  const bool wanted = params_.labels == "always" || configuration.previous_stage.has_value();
  const auto resample = [&] {
    const Extent3 extent = resampled_extent(image.extent(), current, target);
    if (data.is(kDefaultFunction)) {
      image = resampled(std::move(image), extent, target, data.order,
                        separate(data.how, current, target), ctx.threads());
    } else if (data.is(kTorchFunction)) {
      image = torch_resampled(std::move(image), extent, target, separate(data.how, current, target),
                              ctx.threads());
    }
    ctx.emit(kImage, std::move(image));
    if (!wanted || !ctx.has(kLabelIn)) return;
    imaging::LabelMap label = ctx.take(kLabelIn);
    if (seg.is(kDefaultFunction)) {
      label = resampled(std::move(label), extent, target, seg.order,
                        separate(seg.how, current, target), label_rule(params_.label_rule));
    } else if (seg.is(kTorchFunction)) {
      label = torch_resampled(std::move(label), extent, target, separate(seg.how, current, target),
                              seg.rule);
    }
    ctx.emit(kLabel, std::move(label));
  };
  if (data.is(kIdentityFunction)) {
    resample();
  } else {
    within_memory(ctx, image, target, "configuration '" + name + "'", resample);
  }
}

}  // namespace nnflow::resample
