// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "augment/kernels/target/masking.hpp"
#include "augment/patch_stage.hpp"
#include "augment/stages.hpp"

namespace nnflow::augment {
namespace {

struct RemoveLabelParams {
  std::int64_t label = -1;
  std::int64_t replacement = 0;
};

class RemoveLabelStage final : public PatchStage<RemoveLabelParams> {
 public:
  using PatchStage::PatchStage;

  static void describe(StageSpec& spec) {
    spec.summary("Replace one label of training and validation patches by another")
        .cache_version(1);
    describe_ports(spec);
    spec.params<RemoveLabelParams>()
        .field("label", &RemoveLabelParams::label, "label to replace; -1 marks what lies outside",
               nnflow::Range{-32768, 32767})
        .field("replacement", &RemoveLabelParams::replacement, "label to put in its place",
               nnflow::Range{-32768, 32767});
  }

  void process(Context& ctx) const override {
    nnunet::Patch patch = ctx.take(kIn);
    replace_label(static_cast<std::int16_t>(params_.label),
                  static_cast<std::int16_t>(params_.replacement), patch.seg);
    ctx.emit(kOut, std::move(patch));
  }
};

}  // namespace

void add_remove_label(Registry& registry) {
  registry.add<RemoveLabelStage>("augment.remove_label");
}

}  // namespace nnflow::augment
