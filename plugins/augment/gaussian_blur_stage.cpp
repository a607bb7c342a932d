// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "augment/kernels/intensity/gaussian_blur.hpp"
#include "augment/patch_stage.hpp"
#include "augment/stages.hpp"

namespace nnflow::augment {
namespace {

class GaussianBlurStage final : public RandomPatchStage<BlurSettings> {
 public:
  using RandomPatchStage::RandomPatchStage;

  static void describe(StageSpec& spec) {
    spec.summary("Blur training patches with a Gaussian of random width").cache_version(1);
    describe_ports(spec);
    spec.params<BlurSettings>()
        .field("probability", &BlurSettings::probability, "share of patches changed",
               nnflow::Range{0, 1})
        .field("channel_probability", &BlurSettings::channel_probability,
               "share of the channels of a chosen patch", nnflow::Range{0, 1})
        .field("sigma_voxels", &BlurSettings::sigma,
               "smallest and largest standard deviation, drawn for each channel and axis",
               nnflow::Range{0, 1000}, Unit{"voxels"})
        .check([](const BlurSettings& p) {
          return ordered(p.sigma) ? "" : "sigma_voxels must be [smallest, largest]";
        });
  }

 private:
  void apply(nnunet::Patch& patch, Rng& rng) const override {
    apply_blur(draw_blur(rng, params_, patch.channels, patch.extent), patch.image, patch.extent);
  }
};

}  // namespace

void add_gaussian_blur(Registry& registry) {
  registry.add<GaussianBlurStage>("augment.gaussian_blur");
}

}  // namespace nnflow::augment
