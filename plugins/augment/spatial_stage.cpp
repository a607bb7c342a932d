// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <numbers>
#include <optional>
#include <string>

#include "augment/kernels/spatial/spatial.hpp"
#include "augment/patch_stage.hpp"
#include "augment/stages.hpp"
#include "augment/transform_patch.hpp"
#include "nnflow/nnunet/spatial_choice.hpp"

namespace nnflow::augment {
namespace {

struct SpatialParams {
  double rotation_probability = SpatialSettings{}.rotation_probability;
  double scaling_probability = SpatialSettings{}.scaling_probability;
  std::optional<Range> rotation_degrees;
  Range scaling = SpatialSettings{}.scaling;
  std::optional<bool> dummy_2d;
  double axis_rotation_probability = SpatialSettings{}.axis_rotation_probability;
  bool equal_scaling = SpatialSettings{}.equal_scaling;
  std::string image_interpolation = "linear";
  std::string label_interpolation = "linear";
};

Interpolation interpolation(const std::string& name) {
  return name == "nearest" ? Interpolation::kNearest : Interpolation::kLinear;
}

class SpatialStage final : public PatchStage<SpatialParams> {
 public:
  using PatchStage::PatchStage;

  static void describe(StageSpec& spec) {
    using P = SpatialParams;
    spec.summary("Rotate and scale training patches and cut them to their final size")
        .cache_version(2);
    spec.doc(
        "Images are sampled linearly, labels by the largest linear score, or both at the nearest "
        "voxel. Patches for which neither was drawn are cropped without interpolation; which these "
        "are depends on the run's seed and the item alone.");
    describe_ports(spec);
    spec.params<P>()
        .field("rotation_probability", &P::rotation_probability, "share of patches rotated",
               nnflow::Range{0, 1})
        .field("scaling_probability", &P::scaling_probability, "share of patches scaled",
               nnflow::Range{0, 1})
        .field("rotation_degrees", &P::rotation_degrees,
               "smallest and largest angle, drawn for each axis; left out: as nnU-Net chooses it "
               "for the patch size",
               nnflow::Range{-180, 180}, Unit{"degrees"})
        .field("scaling", &P::scaling, "smallest and largest factor; above 1 objects shrink",
               nnflow::Range{0.01, 100})
        .field("dummy_2d", &P::dummy_2d,
               "transform the slices of 3D patches in their plane; left out: as nnU-Net chooses it")
        .field("axis_rotation_probability", &P::axis_rotation_probability,
               "share of the axes of a rotated patch with an angle other than 0",
               nnflow::Range{0, 1})
        .field("equal_scaling", &P::equal_scaling, "one factor for all axes, not one for each")
        .field("image_interpolation", &P::image_interpolation, "how images are sampled",
               Choices{{"linear", "nearest"}})
        .field("label_interpolation", &P::label_interpolation, "how labels are sampled",
               Choices{{"linear", "nearest"}})
        .check([](const P& p) {
          return ordered(p.scaling) ? "" : "scaling must be [smallest, largest]";
        })
        .check([](const P& p) {
          return !p.rotation_degrees || ordered(*p.rotation_degrees)
                     ? ""
                     : "rotation_degrees must be [smallest, largest]";
        });
  }

  void process(Context& ctx) const override {
    nnunet::Patch patch = ctx.take(kIn);
    SpatialParameters parameters;
    if (!patch.validation) {
      const SpatialSettings settings{params_.rotation_probability,
                                     params_.scaling_probability,
                                     rotation(patch),
                                     params_.scaling,
                                     params_.axis_rotation_probability,
                                     params_.equal_scaling};
      const nnunet::SpatialChoice choice = nnunet::spatial_choice(
          ctx.seed(), ctx.item(), params_.rotation_probability, params_.scaling_probability);
      if (patch.cut && !choice.still()) {
        throw Error(ErrorCode::kInvalidParam,
                    "case " + patch.case_id + ": too little was read to rotate or scale it; " +
                        "patches.read needs this stage's rotation_probability and " +
                        "scaling_probability");
      }
      Rng rng = ctx.rng();
      parameters = draw_spatial(rng, settings, choice.rotate, choice.scale,
                                in_plane(patch, params_.dummy_2d));
      parameters.image = interpolation(params_.image_interpolation);
      parameters.label = interpolation(params_.label_interpolation);
    }
    ctx.emit(kOut, transform_patch(std::move(patch), parameters));
  }

 private:
  [[nodiscard]] Range rotation(const nnunet::Patch& patch) const {
    if (params_.rotation_degrees) {
      constexpr double kRadians = std::numbers::pi / 180.0;
      return {(*params_.rotation_degrees)[0] * kRadians, (*params_.rotation_degrees)[1] * kRadians};
    }
    const double limit =
        nnunet::augmentation_rule(patch.final_extent, patch.dimension, params_.dummy_2d)
            .rotation_limit;
    return {-limit, limit};
  }
};

}  // namespace

void add_spatial(Registry& registry) { registry.add<SpatialStage>("augment.spatial"); }

}  // namespace nnflow::augment
