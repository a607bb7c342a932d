// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "augment/kernels/intensity/gaussian_blur.hpp"
#include "augment/patch_stage.hpp"
#include "augment/stages.hpp"

namespace nnflow::augment {
namespace {

struct BlurParams {
  double probability = BlurSettings{}.probability;
  double channel_probability = BlurSettings{}.channel_probability;
  Range sigma = BlurSettings{}.sigma;
  bool equal_axes = BlurSettings{}.equal_axes;
  std::string choice;
  Range choice_share{0.0, 1.0};
};

class GaussianBlurStage final : public RandomPatchStage<BlurParams> {
 public:
  using RandomPatchStage::RandomPatchStage;

  static void describe(StageSpec& spec) {
    spec.summary("Blur training patches with a Gaussian of random width").cache_version(1);
    describe_ports(spec);
    choice_fields(
        spec.params<BlurParams>()
            .field("probability", &BlurParams::probability, "share of patches changed",
                   nnflow::Range{0, 1})
            .field("channel_probability", &BlurParams::channel_probability,
                   "share of the channels of a chosen patch", nnflow::Range{0, 1})
            .field("sigma_voxels", &BlurParams::sigma,
                   "smallest and largest standard deviation, drawn for each channel and axis",
                   nnflow::Range{0, 1000}, Unit{"voxels"})
            .field("equal_axes", &BlurParams::equal_axes,
                   "one standard deviation for all axes of a channel, not one for each")
            .check([](const BlurParams& p) {
              return ordered(p.sigma) ? "" : "sigma_voxels must be [smallest, largest]";
            }));
  }

 private:
  void apply(nnunet::Patch& patch, Rng& rng) const override {
    const BlurSettings settings{params_.probability, params_.channel_probability, params_.sigma,
                                params_.equal_axes};
    apply_blur(draw_blur(rng, settings, patch.channels, patch.extent), patch.image, patch.extent);
  }
};

}  // namespace

void add_gaussian_blur(Registry& registry) {
  registry.add<GaussianBlurStage>("augment.gaussian_blur");
}

}  // namespace nnflow::augment
