// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include <nnflow/imaging/separate_axis.hpp>

#include "resample/stages.hpp"

namespace nnflow::resample {

void VolumeStage::describe(StageSpec& spec) {
  spec.summary("Resample an image and its labels to a given voxel size")
      .cache_version(1)
      .memory_hint("4*input");
  spec.doc("Labels are decided by linear scores, or by the nearest voxel with order 0.");
  spec.input(kImageIn, "image").optional_input(kLabelIn, "its label map");
  spec.output(kImage, "resampled image").output(kLabel, "resampled label map, when there was one");
  spec.params<Params>()
      .field("spacing_mm", &Params::spacing_mm, "voxel size along z, y, x", Unit{"mm"}, Required{})
      .field("order", &Params::order,
             "interpolation of the image: 0 nearest, 1 linear, 3 cubic spline", Range{0, 3})
      .field("separate_axis", &Params::separate_axis,
             "resample the coarsest axis by nearest neighbour: where it is more than three times "
             "coarser, never, or always",
             Choices{{"auto", "never", "always"}})
      .field("label_rule", &Params::label_rule,
             "which label wins: the one with the highest score, or the last that reaches one half",
             Choices{{"highest", "half"}})
      .check([](const Params& p) {
        const bool positive =
            std::all_of(p.spacing_mm.begin(), p.spacing_mm.end(), [](double s) { return s > 0.0; });
        return positive ? "" : "spacing_mm must be positive";
      })
      .check([](const Params& p) { return p.order != 2 ? "" : "order must be 0, 1 or 3"; });
}

void VolumeStage::process(Context& ctx) const {
  imaging::Volume image = ctx.take(kImageIn);
  const Spacing3 current = image.spacing;
  std::optional<bool> force;
  if (params_.separate_axis != "auto") force = params_.separate_axis == "always";
  const SeparateZ separate = imaging::separate_axis(current, params_.spacing_mm, force);
  within_memory(ctx, image, params_.spacing_mm, "spacing_mm", [&] {
    const Extent3 extent = resampled_extent(image.extent(), current, params_.spacing_mm);
    ctx.emit(kImage, resampled(std::move(image), extent, params_.spacing_mm,
                               static_cast<Order>(params_.order), separate, ctx.threads()));
    if (!ctx.has(kLabelIn)) return;
    ctx.emit(kLabel, resampled(ctx.take(kLabelIn), extent, params_.spacing_mm,
                               params_.order == 0 ? Order::kNearest : Order::kLinear, separate,
                               label_rule(params_.label_rule)));
  });
}

}  // namespace nnflow::resample
