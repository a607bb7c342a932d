// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "augment/kernels/target/remove_component.hpp"
#include "augment/patch_stage.hpp"
#include "augment/stages.hpp"

namespace nnflow::augment {
namespace {

struct RemoveComponentParams {
  double probability = 0.2;
  double channel_probability = 0.5;
  double largest_share = 0.15;
};

class RemoveComponentStage final : public RandomPatchStage<RemoveComponentParams> {
 public:
  using RandomPatchStage::RandomPatchStage;

  static void describe(StageSpec& spec) {
    using P = RemoveComponentParams;
    spec.summary("Remove components of the previous stage's labels from training patches")
        .cache_version(1);
    spec.doc(
        "For cascades, after augment.previous_labels: each label loses one of its connected "
        "components (corners touch), any of those that are small enough with equal probability. "
        "Patches without such channels stay as they are.");
    describe_ports(spec);
    spec.params<P>()
        .field("probability", &P::probability, "share of patches changed", nnflow::Range{0, 1})
        .field("channel_probability", &P::channel_probability,
               "share of the labels changed in these patches", nnflow::Range{0, 1})
        .field("largest_share", &P::largest_share,
               "components that fill this share of the patch, or more, stay", nnflow::Range{0, 1});
  }

 private:
  void apply(nnunet::Patch& patch, Rng& rng) const override {
    if (patch.label_channels == 0) return;
    remove_random_components(rng, params_.channel_probability, params_.largest_share,
                             patch.labels_in_image(), patch.extent);
  }
};

}  // namespace

void add_remove_component(Registry& registry) {
  registry.add<RemoveComponentStage>("augment.remove_component");
}

}  // namespace nnflow::augment
