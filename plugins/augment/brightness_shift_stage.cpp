// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "augment/kernels/intensity/brightness_shift.hpp"
#include "augment/patch_stage.hpp"
#include "augment/stages.hpp"

namespace nnflow::augment {
namespace {

class BrightnessShiftStage final : public RandomPatchStage<BrightnessShiftSettings> {
 public:
  using RandomPatchStage::RandomPatchStage;

  static void describe(StageSpec& spec) {
    using P = BrightnessShiftSettings;
    spec.summary("Add a random number to the intensities of training patches").cache_version(1);
    describe_ports(spec);
    spec.params<P>()
        .field("probability", &P::probability, "share of patches changed", nnflow::Range{0, 1})
        .field("channel_probability", &P::channel_probability,
               "share of the channels of a chosen patch", nnflow::Range{0, 1})
        .field("deviation", &P::deviation,
               "standard deviation of the number, normally distributed around 0, of a channel",
               Minimum{0});
  }

 private:
  void apply(nnunet::Patch& patch, Rng& rng) const override {
    apply_brightness_shift(draw_brightness_shift(rng, params_, patch.channels), patch.image,
                           imaging::voxel_count(patch.extent));
  }
};

}  // namespace

void add_brightness_shift(Registry& registry) {
  registry.add<BrightnessShiftStage>("augment.brightness_shift");
}

}  // namespace nnflow::augment
