// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <optional>
#include <vector>

#include "augment/kernels/spatial/mirror.hpp"
#include "augment/patch_stage.hpp"
#include "augment/stages.hpp"

namespace nnflow::augment {
namespace {

struct MirrorParams {
  double probability = 0.5;
  std::optional<std::vector<std::int64_t>> axes;
  bool last_axis = true;
};

class MirrorStage final : public PatchStage<MirrorParams> {
 public:
  using PatchStage::PatchStage;

  static void describe(StageSpec& spec) {
    spec.summary("Flip training patches along random axes").cache_version(1);
    describe_ports(spec);
    spec.params<MirrorParams>()
        .field("probability", &MirrorParams::probability,
               "share of patches flipped along each axis", nnflow::Range{0, 1})
        .field("axes", &MirrorParams::axes,
               "spatial axes that may be flipped, 0 the slowest (of a 2D patch the rows); left "
               "out: all",
               nnflow::Range{0, 2})
        .field("last_axis", &MirrorParams::last_axis,
               "false: never flip along the last axis, that is 1 of a 2D and 2 of a 3D patch");
  }

  void process(Context& ctx) const override {
    nnunet::Patch patch = ctx.take(kIn);
    if (!patch.validation) {
      Rng rng = ctx.rng();
      const MirrorParameters flip = draw_mirror(rng, allowed(patch.dimension), params_.probability);
      apply_mirror(flip, std::span(patch.image), patch.extent);
      apply_mirror(flip, std::span(patch.seg), patch.extent);
    }
    ctx.emit(kOut, std::move(patch));
  }

 private:
  [[nodiscard]] MirrorParameters allowed(int dimension) const {
    if (!params_.axes) return {dimension == 3, true, params_.last_axis};
    MirrorParameters allowed{};
    for (const std::int64_t axis : *params_.axes) {
      if (axis < dimension) allowed[static_cast<std::size_t>(axis + 3 - dimension)] = true;
    }
    allowed[2] = allowed[2] && params_.last_axis;
    return allowed;
  }
};

}  // namespace

void add_mirror(Registry& registry) { registry.add<MirrorStage>("augment.mirror"); }

}  // namespace nnflow::augment
