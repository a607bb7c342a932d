// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "augment/kernels/local/brightness_gradient.hpp"

#include "augment/patch_stage.hpp"
#include "augment/stages.hpp"

namespace nnflow::augment {
namespace {

struct BrightnessGradientParams {
  double probability = BrightnessGradientSettings{}.probability;
  double channel_probability = BrightnessGradientSettings{}.channel_probability;
  Range centre = BumpSettings{}.centre;
  std::int64_t smallest_part = BumpSettings{}.smallest;
  Range strength = BrightnessGradientSettings{}.strength;
};

class BrightnessGradientStage final : public RandomPatchStage<BrightnessGradientParams> {
 public:
  using RandomPatchStage::RandomPatchStage;

  static void describe(StageSpec& spec) {
    using P = BrightnessGradientParams;
    spec.summary("Brighten or darken a part of training patches").cache_version(1);
    spec.doc(
        "A Gaussian hill with a random centre, also outside the patch, and a random width along "
        "each axis says how strongly a voxel is changed.");
    describe_ports(spec);
    spec.params<P>()
        .field("probability", &P::probability, "share of patches changed", nnflow::Range{0, 1})
        .field("channel_probability", &P::channel_probability,
               "share of the channels of a chosen patch", nnflow::Range{0, 1})
        .field("centre", &P::centre,
               "range of the hill's centre along each axis, in edge lengths of the patch")
        .field("smallest_part", &P::smallest_part,
               "the hill's standard deviation goes from this part of an edge to the edge",
               Minimum{1})
        .field("strength", &P::strength,
               "smallest and largest height of the hill that a channel gets, up or down",
               Minimum{0})
        .check([](const P& p) {
          return ordered(p.centre) ? "" : "centre must be [smallest, largest]";
        })
        .check([](const P& p) {
          return ordered(p.strength) ? "" : "strength must be [smallest, largest]";
        });
  }

 private:
  void apply(nnunet::Patch& patch, Rng& rng) const override {
    const BrightnessGradientSettings settings{params_.probability,
                                              params_.channel_probability,
                                              {params_.centre, params_.smallest_part},
                                              params_.strength};
    apply_brightness_gradient(draw_brightness_gradient(rng, settings, patch.channels, patch.extent),
                              patch.image, patch.extent);
  }
};

}  // namespace

void add_brightness_gradient(Registry& registry) {
  registry.add<BrightnessGradientStage>("augment.brightness_gradient");
}

}  // namespace nnflow::augment
