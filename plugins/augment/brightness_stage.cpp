// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "augment/kernels/intensity/brightness.hpp"
#include "augment/patch_stage.hpp"
#include "augment/stages.hpp"

namespace nnflow::augment {
namespace {

class BrightnessStage final : public RandomPatchStage<BrightnessSettings> {
 public:
  using RandomPatchStage::RandomPatchStage;

  static void describe(StageSpec& spec) {
    spec.summary("Multiply the intensities of training patches by a random factor")
        .cache_version(1);
    describe_ports(spec);
    spec.params<BrightnessSettings>()
        .field("probability", &BrightnessSettings::probability, "share of patches changed",
               nnflow::Range{0, 1})
        .field("channel_probability", &BrightnessSettings::channel_probability,
               "share of the channels of a chosen patch", nnflow::Range{0, 1})
        .field("factor", &BrightnessSettings::factor,
               "smallest and largest factor of a channel; both sides of 1 are equally likely",
               Minimum{0})
        .check([](const BrightnessSettings& p) {
          return ordered(p.factor) ? "" : "factor must be [smallest, largest]";
        });
  }

 private:
  void apply(nnunet::Patch& patch, Rng& rng) const override {
    apply_brightness(draw_brightness(rng, params_, patch.channels), patch.image,
                     imaging::voxel_count(patch.extent));
  }
};

}  // namespace

void add_brightness(Registry& registry) { registry.add<BrightnessStage>("augment.brightness"); }

}  // namespace nnflow::augment
