// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "augment/kernels/intensity/median_filter.hpp"
#include "augment/patch_stage.hpp"
#include "augment/stages.hpp"

namespace nnflow::augment {
namespace {

struct MedianFilterParams {
  double probability = MedianFilterSettings{}.probability;
  double channel_probability = MedianFilterSettings{}.channel_probability;
  std::array<std::int64_t, 2> size = MedianFilterSettings{}.size;
  std::string choice;
  Range choice_share{0.0, 1.0};
};

class MedianFilterStage final : public RandomPatchStage<MedianFilterParams> {
 public:
  using RandomPatchStage::RandomPatchStage;

  static void describe(StageSpec& spec) {
    using P = MedianFilterParams;
    spec.summary("Filter training patches by the median of a cube").cache_version(1);
    describe_ports(spec);
    choice_fields(
        spec.params<P>()
            .field("probability", &P::probability, "share of patches changed", nnflow::Range{0, 1})
            .field("channel_probability", &P::channel_probability,
                   "share of the channels of a chosen patch", nnflow::Range{0, 1})
            .field("size_voxels", &P::size,
                   "smallest and largest edge of the cube, drawn per channel", nnflow::Range{1, 21},
                   Unit{"voxels"})
            .check([](const P& p) {
              return p.size[0] <= p.size[1] ? "" : "size_voxels must be [smallest, largest]";
            }));
  }

 private:
  void apply(nnunet::Patch& patch, Rng& rng) const override {
    const MedianFilterSettings settings{params_.probability, params_.channel_probability,
                                        params_.size};
    apply_median_filter(draw_median_filter(rng, settings, patch.channels), patch.image,
                        patch.extent);
  }
};

}  // namespace

void add_median_filter(Registry& registry) {
  registry.add<MedianFilterStage>("augment.median_filter");
}

}  // namespace nnflow::augment
