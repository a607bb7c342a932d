// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "augment/kernels/intensity/blank_rectangles.hpp"
#include "augment/patch_stage.hpp"
#include "augment/stages.hpp"

namespace nnflow::augment {
namespace {

class BlankRectanglesStage final : public RandomPatchStage<BlankRectanglesSettings> {
 public:
  using RandomPatchStage::RandomPatchStage;

  static void describe(StageSpec& spec) {
    using P = BlankRectanglesSettings;
    spec.summary("Set random boxes of training patches to their mean").cache_version(1);
    spec.doc(
        "The edges of a box are drawn one by one, from the patch's edge divided by smallest_part "
        "up to below the patch's edge divided by largest_part.");
    describe_ports(spec);
    spec.params<P>()
        .field("probability", &P::probability, "share of patches changed", nnflow::Range{0, 1})
        .field("channel_probability", &P::channel_probability,
               "share of the channels of a chosen patch", nnflow::Range{0, 1})
        .field("count", &P::count, "smallest and largest number of boxes in a channel",
               nnflow::Range{1, 1000})
        .field("smallest_part", &P::smallest_part, "divisor for the smallest edge", Minimum{1})
        .field("largest_part", &P::largest_part, "divisor for the end of the range of edges",
               Minimum{1})
        .check([](const P& p) {
          return p.count[0] <= p.count[1] ? "" : "count must be [smallest, largest]";
        });
  }

 private:
  void apply(nnunet::Patch& patch, Rng& rng) const override {
    apply_blank_rectangles(draw_blank_rectangles(rng, params_, patch.channels, patch.extent),
                           patch.image, patch.extent);
  }
};

}  // namespace

void add_blank_rectangles(Registry& registry) {
  registry.add<BlankRectanglesStage>("augment.blank_rectangles");
}

}  // namespace nnflow::augment
