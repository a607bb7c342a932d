// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <string>

#include <nnflow/nnflow.hpp>

#include "augment/kernels/draws.hpp"
#include "nnflow/nnunet/augmentation_rule.hpp"
#include "nnflow/nnunet/patch.hpp"

namespace nnflow::augment {

/// A patch in, a patch out. `P` is the stage's parameter struct.
template <class P>
class PatchStage : public MapStage {
 public:
  static constexpr In<nnunet::Patch> kIn{"patch"};
  static constexpr Out<nnunet::Patch> kOut{"patch"};

  explicit PatchStage(const StageConfig& config) : params_(config.params<P>()) {}

 protected:
  static StageSpec& describe_ports(StageSpec& spec) {
    return spec.input(kIn, "a training or validation patch")
        .output(kOut, "the patch after the transform")
        .memory_hint("2*input");
  }

  const P params_;
};

/// Whether `P` lets stages take turns: of stages that name the same choice a patch draws one number
/// in [0, 1), and a stage applies only if it lies in the stage's share `[first, end)`.
template <class P>
concept Choosing = requires(P params) {
  { params.choice } -> std::convertible_to<std::string>;
  { params.choice_share } -> std::convertible_to<Range>;
};

/// Declares the fields `choice` and `choice_share`.
template <Choosing P>
ParamsSpec<P>& choice_fields(ParamsSpec<P>& spec) {
  return spec
      .field("choice", &P::choice,
             "name of a choice between stages, for which each patch draws one number from 0 to 1; "
             "empty: no choice")
      .field("choice_share", &P::choice_share,
             "part of the numbers, without its end, for which this stage is the chosen one",
             nnflow::Range{0, 1})
      .check([](const P& p) {
        return p.choice_share[0] < p.choice_share[1] ? "" : "choice_share must be [first, end]";
      });
}

/// A patch stage that applies to a share of the training patches and to no validation patch.
template <class P>
class RandomPatchStage : public PatchStage<P> {
 public:
  using PatchStage<P>::PatchStage;

  void process(Context& ctx) const final {
    nnunet::Patch patch = ctx.take(PatchStage<P>::kIn);
    if (!patch.validation && chosen(ctx)) {
      Rng rng = ctx.rng();
      if (draw_chance(rng, this->params_.probability)) apply(patch, rng);
    }
    ctx.emit(PatchStage<P>::kOut, std::move(patch));
  }

 private:
  [[nodiscard]] bool chosen([[maybe_unused]] const Context& ctx) const {
    if constexpr (Choosing<P>) {
      if (this->params_.choice.empty()) return true;
      std::string stream = "augment.choice.";
      stream += this->params_.choice;
      const double number = Rng(ctx.seed(), stream, ctx.item()).uniform();
      return this->params_.choice_share[0] <= number && number < this->params_.choice_share[1];
    }
    return true;
  }

  virtual void apply(nnunet::Patch& patch, Rng& rng) const = 0;
};

[[nodiscard]] inline bool ordered(const Range& range) { return range[0] <= range[1]; }

/// Whether the patch is transformed slice by slice: 2D, or 3D so thin that nnU-Net does it unless
/// told.
[[nodiscard]] inline bool in_plane(const nnunet::Patch& patch,
                                   const std::optional<bool>& dummy_2d) {
  if (patch.dimension == 2) return true;
  return dummy_2d.value_or(nnunet::augmentation_rule(patch.final_extent, patch.dimension).dummy_2d);
}

}  // namespace nnflow::augment
