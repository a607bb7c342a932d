// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <optional>
#include <string>
#include <vector>

#include "augment/kernels/target/masking.hpp"
#include "augment/patch_stage.hpp"
#include "augment/stages.hpp"
#include "nnflow/nnunet/plans.hpp"

namespace nnflow::augment {
namespace {

struct MaskOutsideParams {
  std::string configuration;
  std::optional<std::vector<std::int64_t>> channels;
};

class MaskOutsideStage final : public PatchStage<MaskOutsideParams> {
 public:
  static constexpr OnceIn<nnunet::Plans> kPlans{"plans"};
  using PatchStage::PatchStage;

  static void describe(StageSpec& spec) {
    spec.summary("Set training patches to 0 outside the non-zero mask").cache_version(1);
    spec.doc(
        "Outside is where the label is negative. Without `channels` those channels are masked "
        "whose "
        "intensities the plans normalise inside the mask (`use_mask_for_norm`).");
    describe_ports(spec);
    spec.optional_input(kPlans, "needed unless channels are given");
    spec.params<MaskOutsideParams>()
        .field("configuration", &MaskOutsideParams::configuration,
               "configuration of the plans, such as 3d_fullres")
        .field("channels", &MaskOutsideParams::channels, "channels to mask; left out: as planned",
               Minimum{0});
  }

  void process(Context& ctx) const override {
    nnunet::Patch patch = ctx.take(kIn);
    if (!patch.validation) {
      mask_outside(channels(ctx, patch), std::as_const(patch).seg_channel(0), patch.image);
    }
    ctx.emit(kOut, std::move(patch));
  }

 private:
  [[nodiscard]] std::vector<std::int64_t> channels(Context& ctx, const nnunet::Patch& patch) const {
    std::vector<std::int64_t> chosen;
    if (params_.channels) {
      chosen = *params_.channels;
    } else if (ctx.has(kPlans)) {
      const auto mask = ctx.get(kPlans).configuration(params_.configuration).use_mask_for_norm;
      for (std::size_t c = 0; c < mask.size(); ++c) {
        if (mask[c]) chosen.push_back(static_cast<std::int64_t>(c));
      }
    } else {
      throw Error(ErrorCode::kInvalidParam,
                  "expected the parameter channels or an edge to the port plans");
    }
    for (const std::int64_t c : chosen) {
      if (c >= patch.channels) {
        throw Error(ErrorCode::kInvalidParam,
                    "case " + patch.case_id + " has " + std::to_string(patch.channels) +
                        " channels, there is no channel " + std::to_string(c));
      }
    }
    return chosen;
  }
};

}  // namespace

void add_mask_outside(Registry& registry) {
  registry.add<MaskOutsideStage>("augment.mask_outside");
}

}  // namespace nnflow::augment
