// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "augment/kernels/intensity/gaussian_noise.hpp"
#include "augment/patch_stage.hpp"
#include "augment/stages.hpp"

namespace nnflow::augment {
namespace {

class GaussianNoiseStage final : public RandomPatchStage<NoiseSettings> {
 public:
  using RandomPatchStage::RandomPatchStage;

  static void describe(StageSpec& spec) {
    spec.summary("Add Gaussian noise of random strength to training patches").cache_version(2);
    describe_ports(spec);
    spec.params<NoiseSettings>()
        .field("probability", &NoiseSettings::probability, "share of patches changed",
               nnflow::Range{0, 1})
        .field("sigma", &NoiseSettings::sigma,
               "smallest and largest standard deviation, one draw for all channels", Minimum{0})
        .check([](const NoiseSettings& p) {
          return ordered(p.sigma) ? "" : "sigma must be [smallest, largest]";
        });
  }

 private:
  void apply(nnunet::Patch& patch, Rng& rng) const override {
    apply_noise(draw_noise(rng, params_), patch.image);
  }
};

}  // namespace

void add_gaussian_noise(Registry& registry) {
  registry.add<GaussianNoiseStage>("augment.gaussian_noise");
}

}  // namespace nnflow::augment
