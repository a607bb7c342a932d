// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "augment/kernels/local/local_gamma.hpp"

#include "augment/patch_stage.hpp"
#include "augment/stages.hpp"

namespace nnflow::augment {
namespace {

struct LocalGammaParams {
  double probability = LocalGammaSettings{}.probability;
  double channel_probability = LocalGammaSettings{}.channel_probability;
  Range centre = BumpSettings{}.centre;
  std::int64_t smallest_part = BumpSettings{}.smallest;
  Range brighter = LocalGammaSettings{}.brighter;
  Range darker = LocalGammaSettings{}.darker;
};

class LocalGammaStage final : public RandomPatchStage<LocalGammaParams> {
 public:
  using RandomPatchStage::RandomPatchStage;

  static void describe(StageSpec& spec) {
    using P = LocalGammaParams;
    spec.summary("Apply a random gamma curve to a part of training patches").cache_version(1);
    spec.doc(
        "A Gaussian hill with a random centre, also outside the patch, and a random width along "
        "each axis says how strongly a voxel is changed.");
    describe_ports(spec);
    spec.params<P>()
        .field("probability", &P::probability, "share of patches changed", nnflow::Range{0, 1})
        .field("channel_probability", &P::channel_probability,
               "share of the channels of a chosen patch", nnflow::Range{0, 1})
        .field("centre", &P::centre,
               "range of the hill's centre along each axis, in edge lengths of the patch")
        .field("smallest_part", &P::smallest_part,
               "the hill's standard deviation goes from this part of an edge to the edge",
               Minimum{1})
        .field("brighter", &P::brighter,
               "smallest and largest exponent of a channel in one half of the draws",
               Minimum{0.001})
        .field("darker", &P::darker, "the same in the other half", Minimum{0.001})
        .check([](const P& p) {
          return ordered(p.centre) ? "" : "centre must be [smallest, largest]";
        })
        .check([](const P& p) {
          return ordered(p.brighter) && ordered(p.darker)
                     ? ""
                     : "brighter and darker must be [smallest, largest]";
        });
  }

 private:
  void apply(nnunet::Patch& patch, Rng& rng) const override {
    const LocalGammaSettings settings{params_.probability,
                                      params_.channel_probability,
                                      {params_.centre, params_.smallest_part},
                                      params_.brighter,
                                      params_.darker};
    apply_local_gamma(draw_local_gamma(rng, settings, patch.channels, patch.extent), patch.image,
                      patch.extent);
  }
};

}  // namespace

void add_local_gamma(Registry& registry) { registry.add<LocalGammaStage>("augment.local_gamma"); }

}  // namespace nnflow::augment
