// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "augment/kernels/intensity/contrast.hpp"
#include "augment/patch_stage.hpp"
#include "augment/stages.hpp"

namespace nnflow::augment {
namespace {

struct ContrastParams {
  double probability = ContrastSettings{}.probability;
  double channel_probability = ContrastSettings{}.channel_probability;
  Range factor = ContrastSettings{}.factor;
  bool preserve_range = ContrastSettings{}.preserve_range;
  std::string choice;
  Range choice_share{0.0, 1.0};
};

class ContrastStage final : public RandomPatchStage<ContrastParams> {
 public:
  using RandomPatchStage::RandomPatchStage;

  static void describe(StageSpec& spec) {
    spec.summary("Stretch or squeeze the intensities of training patches around their mean")
        .cache_version(1);
    describe_ports(spec);
    choice_fields(
        spec.params<ContrastParams>()
            .field("probability", &ContrastParams::probability, "share of patches changed",
                   nnflow::Range{0, 1})
            .field("channel_probability", &ContrastParams::channel_probability,
                   "share of the channels of a chosen patch", nnflow::Range{0, 1})
            .field("factor", &ContrastParams::factor,
                   "smallest and largest factor of a channel; both sides of 1 are equally likely",
                   Minimum{0})
            .field("preserve_range", &ContrastParams::preserve_range,
                   "clamp to the channel's previous smallest and largest value")
            .check([](const ContrastParams& p) {
              return ordered(p.factor) ? "" : "factor must be [smallest, largest]";
            }));
  }

 private:
  void apply(nnunet::Patch& patch, Rng& rng) const override {
    const ContrastSettings settings{params_.probability, params_.channel_probability,
                                    params_.factor, params_.preserve_range};
    apply_contrast(draw_contrast(rng, settings, patch.channels), params_.preserve_range,
                   patch.image, imaging::voxel_count(patch.extent));
  }
};

}  // namespace

void add_contrast(Registry& registry) { registry.add<ContrastStage>("augment.contrast"); }

}  // namespace nnflow::augment
