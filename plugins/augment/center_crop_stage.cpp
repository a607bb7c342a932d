// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "augment/kernels/spatial/spatial.hpp"
#include "augment/patch_stage.hpp"
#include "augment/stages.hpp"
#include "augment/transform_patch.hpp"

namespace nnflow::augment {
namespace {

struct CenterCropParams {};

class CenterCropStage final : public PatchStage<CenterCropParams> {
 public:
  using PatchStage::PatchStage;

  static void describe(StageSpec& spec) {
    spec.summary("Cut the centre of the final size out of a patch").cache_version(1);
    describe_ports(spec);
    spec.params<CenterCropParams>();
  }

  void process(Context& ctx) const override {
    ctx.emit(kOut, transform_patch(ctx.take(kIn), SpatialParameters{}));
  }
};

}  // namespace

void add_center_crop(Registry& registry) { registry.add<CenterCropStage>("augment.center_crop"); }

}  // namespace nnflow::augment
