// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "augment/kernels/intensity/gamma.hpp"
#include "augment/patch_stage.hpp"
#include "augment/stages.hpp"

namespace nnflow::augment {
namespace {

class GammaStage final : public RandomPatchStage<GammaSettings> {
 public:
  using RandomPatchStage::RandomPatchStage;

  static void describe(StageSpec& spec) {
    spec.summary("Apply a random gamma curve to training patches, keeping mean and deviation")
        .cache_version(1);
    spec.doc(
        "The default trainer uses the stage twice: first inverted with probability 0.1, then plain "
        "with probability 0.3.");
    describe_ports(spec);
    spec.params<GammaSettings>()
        .field("probability", &GammaSettings::probability, "share of patches changed",
               nnflow::Range{0, 1})
        .field("channel_probability", &GammaSettings::channel_probability,
               "share of the channels of a chosen patch", nnflow::Range{0, 1})
        .field("gamma", &GammaSettings::gamma,
               "smallest and largest exponent of a channel; both sides of 1 are equally likely",
               Minimum{0})
        .field("invert", &GammaSettings::invert, "apply the curve to the negated image")
        .check([](const GammaSettings& p) {
          return ordered(p.gamma) ? "" : "gamma must be [smallest, largest]";
        });
  }

 private:
  void apply(nnunet::Patch& patch, Rng& rng) const override {
    apply_gamma(draw_gamma(rng, params_, patch.channels), params_.invert, patch.image,
                imaging::voxel_count(patch.extent));
  }
};

}  // namespace

void add_gamma(Registry& registry) { registry.add<GammaStage>("augment.gamma"); }

}  // namespace nnflow::augment
