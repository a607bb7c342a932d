// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "augment/kernels/target/binary_operator.hpp"
#include "augment/patch_stage.hpp"
#include "augment/stages.hpp"

namespace nnflow::augment {
namespace {

struct BinaryOperatorsParams {
  double probability = 0.4;
  double channel_probability = 0.5;
  Range radius{1.0, 8.0};
};

class BinaryOperatorsStage final : public RandomPatchStage<BinaryOperatorsParams> {
 public:
  using RandomPatchStage::RandomPatchStage;

  static void describe(StageSpec& spec) {
    using P = BinaryOperatorsParams;
    spec.summary("Dilate, erode, close or open the previous stage's labels in training patches")
        .cache_version(1);
    spec.doc(
        "For cascades, after augment.previous_labels: each label draws one of the four operators "
        "and its radius. Voxels that a label gains are taken from the others. Patches without "
        "such channels stay as they are.");
    describe_ports(spec);
    spec.params<P>()
        .field("probability", &P::probability, "share of patches changed", nnflow::Range{0, 1})
        .field("channel_probability", &P::channel_probability,
               "share of the labels changed in these patches", nnflow::Range{0, 1})
        .field("radius", &P::radius,
               "smallest and largest radius of the ball, of the disk in 2D patches",
               nnflow::Range{1, 1000}, Unit{"voxels"})
        .check([](const P& p) {
          return ordered(p.radius) ? "" : "radius must be [smallest, largest]";
        });
  }

 private:
  void apply(nnunet::Patch& patch, Rng& rng) const override {
    const auto parameters =
        draw_operators(rng, patch.label_channels, params_.channel_probability, params_.radius);
    apply_operators(parameters, patch.dimension == 2, patch.labels_in_image(), patch.extent);
  }
};

}  // namespace

void add_binary_operators(Registry& registry) {
  registry.add<BinaryOperatorsStage>("augment.binary_operators");
}

}  // namespace nnflow::augment
