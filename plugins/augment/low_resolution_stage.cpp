// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <optional>

#include "augment/kernels/intensity/low_resolution.hpp"
#include "augment/patch_stage.hpp"
#include "augment/stages.hpp"

namespace nnflow::augment {
namespace {

struct LowResolutionParams {
  double probability = LowResolutionSettings{}.probability;
  double channel_probability = LowResolutionSettings{}.channel_probability;
  Range scale = LowResolutionSettings{}.scale;
  std::optional<bool> dummy_2d;
};

class LowResolutionStage final : public RandomPatchStage<LowResolutionParams> {
 public:
  using RandomPatchStage::RandomPatchStage;

  static void describe(StageSpec& spec) {
    using P = LowResolutionParams;
    spec.summary("Sample training patches down and up again").cache_version(1);
    describe_ports(spec);
    spec.params<P>()
        .field("probability", &P::probability, "share of patches changed", nnflow::Range{0, 1})
        .field("channel_probability", &P::channel_probability,
               "share of the channels of a chosen patch", nnflow::Range{0, 1})
        .field("scale", &P::scale,
               "smallest and largest size, drawn for each channel, equal on all axes",
               nnflow::Range{0, 1})
        .field("dummy_2d", &P::dummy_2d,
               "keep the first axis of 3D patches; left out: keep it where nnU-Net augments slice "
               "by slice")
        .check(
            [](const P& p) { return ordered(p.scale) ? "" : "scale must be [smallest, largest]"; });
  }

 private:
  void apply(nnunet::Patch& patch, Rng& rng) const override {
    const LowResolutionSettings settings{params_.probability, params_.channel_probability,
                                         params_.scale, in_plane(patch, params_.dummy_2d)};
    apply_low_resolution(draw_low_resolution(rng, settings, patch.channels), patch.image,
                         patch.extent);
  }
};

}  // namespace

void add_low_resolution(Registry& registry) {
  registry.add<LowResolutionStage>("augment.low_resolution");
}

}  // namespace nnflow::augment
