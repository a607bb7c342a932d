// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "augment/kernels/intensity/sharpen.hpp"
#include "augment/patch_stage.hpp"
#include "augment/stages.hpp"

namespace nnflow::augment {
namespace {

class SharpenStage final : public RandomPatchStage<SharpenSettings> {
 public:
  using RandomPatchStage::RandomPatchStage;

  static void describe(StageSpec& spec) {
    using P = SharpenSettings;
    spec.summary("Sharpen training patches by their Laplacian").cache_version(1);
    describe_ports(spec);
    spec.params<P>()
        .field("probability", &P::probability, "share of patches changed", nnflow::Range{0, 1})
        .field("channel_probability", &P::channel_probability,
               "share of the channels of a chosen patch", nnflow::Range{0, 1})
        .field("strength", &P::strength,
               "smallest and largest part of the Laplacian that a channel gets", Minimum{0})
        .check([](const P& p) {
          return ordered(p.strength) ? "" : "strength must be [smallest, largest]";
        });
  }

 private:
  void apply(nnunet::Patch& patch, Rng& rng) const override {
    apply_sharpen(draw_sharpen(rng, params_, patch.channels), patch.image, patch.extent);
  }
};

}  // namespace

void add_sharpen(Registry& registry) { registry.add<SharpenStage>("augment.sharpen"); }

}  // namespace nnflow::augment
