// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "augment/kernels/intensity/contrast.hpp"
#include "augment/patch_stage.hpp"
#include "augment/stages.hpp"

namespace nnflow::augment {
namespace {

class ContrastStage final : public RandomPatchStage<ContrastSettings> {
 public:
  using RandomPatchStage::RandomPatchStage;

  static void describe(StageSpec& spec) {
    spec.summary("Stretch or squeeze the intensities of training patches around their mean")
        .cache_version(1);
    describe_ports(spec);
    spec.params<ContrastSettings>()
        .field("probability", &ContrastSettings::probability, "share of patches changed",
               nnflow::Range{0, 1})
        .field("channel_probability", &ContrastSettings::channel_probability,
               "share of the channels of a chosen patch", nnflow::Range{0, 1})
        .field("factor", &ContrastSettings::factor,
               "smallest and largest factor of a channel; both sides of 1 are equally likely",
               Minimum{0})
        .field("preserve_range", &ContrastSettings::preserve_range,
               "clamp to the channel's previous smallest and largest value")
        .check([](const ContrastSettings& p) {
          return ordered(p.factor) ? "" : "factor must be [smallest, largest]";
        });
  }

 private:
  void apply(nnunet::Patch& patch, Rng& rng) const override {
    apply_contrast(draw_contrast(rng, params_, patch.channels), params_.preserve_range, patch.image,
                   imaging::voxel_count(patch.extent));
  }
};

}  // namespace

void add_contrast(Registry& registry) { registry.add<ContrastStage>("augment.contrast"); }

}  // namespace nnflow::augment
