// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "augment/kernels/spatial/axis_map.hpp"
#include "augment/patch_stage.hpp"
#include "augment/stages.hpp"
#include "augment/transform_patch.hpp"

namespace nnflow::augment {
namespace {

struct QuarterTurnsParams {
  double probability = 0.5;
};

class QuarterTurnsStage final : public RandomPatchStage<QuarterTurnsParams> {
 public:
  using RandomPatchStage::RandomPatchStage;

  static void describe(StageSpec& spec) {
    spec.summary("Turn training patches by multiples of 90 degrees").cache_version(1);
    spec.doc(
        "The plane and 0 to 3 quarter turns are drawn evenly. Only axes "
        "that have the patch's most frequent edge length take part; a patch without two of them "
        "stays as it is.");
    describe_ports(spec);
    spec.params<QuarterTurnsParams>().field("probability", &QuarterTurnsParams::probability,
                                            "share of patches changed", nnflow::Range{0, 1});
  }

 private:
  void apply(nnunet::Patch& patch, Rng& rng) const override {
    const std::vector<std::size_t> axes = equal_axes(patch.extent, patch.dimension);
    map_axes(draw_quarter_turns(rng, std::span(axes)), patch);
  }
};

}  // namespace

void add_quarter_turns(Registry& registry) {
  registry.add<QuarterTurnsStage>("augment.quarter_turns");
}

}  // namespace nnflow::augment
