// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "augment/kernels/spatial/axis_map.hpp"
#include "augment/patch_stage.hpp"
#include "augment/stages.hpp"
#include "augment/transform_patch.hpp"

namespace nnflow::augment {
namespace {

struct TransposeAxesParams {
  double probability = 0.5;
};

class TransposeAxesStage final : public RandomPatchStage<TransposeAxesParams> {
 public:
  using RandomPatchStage::RandomPatchStage;

  static void describe(StageSpec& spec) {
    spec.summary("Exchange the axes of training patches").cache_version(1);
    spec.doc(
        "All orders of the axes are equally likely, the present one too. Only axes "
        "that have the patch's most frequent edge length take part; a patch without two of them "
        "stays as it is.");
    describe_ports(spec);
    spec.params<TransposeAxesParams>().field("probability", &TransposeAxesParams::probability,
                                             "share of patches changed", nnflow::Range{0, 1});
  }

 private:
  void apply(nnunet::Patch& patch, Rng& rng) const override {
    const std::vector<std::size_t> axes = equal_axes(patch.extent, patch.dimension);
    map_axes(draw_axis_order(rng, std::span(axes)), patch);
  }
};

}  // namespace

void add_transpose_axes(Registry& registry) {
  registry.add<TransposeAxesStage>("augment.transpose_axes");
}

}  // namespace nnflow::augment
