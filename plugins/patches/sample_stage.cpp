// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "patches/sample_stage.hpp"

#include "nnflow/nnunet/augmentation_rule.hpp"
#include "nnflow/nnunet/store.hpp"
#include "patches/cascade_cases.hpp"
#include "patches/kernels/sampling.hpp"
#include "patches/preprocessed.hpp"
#include "patches/stages.hpp"

namespace nnflow::patches {

void SampleStage::open(Context& ctx) {
  const nnunet::Plans& plans = ctx.get(kPlans);
  const nnunet::ConfigurationPlan& plan = plans.configuration(params_.configuration);
  const nnunet::DatasetDescription& dataset = ctx.get(kDataset);
  numbering_ = {params_.iterations, params_.val_iterations,
                params_.batch_size.value_or(plan.batch_size), params_.subset == "val"};
  rule_ = params_.foreground_rule == "last"    ? ForegroundRule::kLast
          : params_.foreground_rule == "drawn" ? ForegroundRule::kDrawn
                                               : ForegroundRule::kDrawnAsLast;
  request_.folder = cases_folder(params_.folder, &dataset, plan);
  request_.dimension = plan.is_2d() ? 2 : 3;
  request_.validation = numbering_.validation;
  request_.final_extent = plan.patch_extent();
  request_.extent = params_.enlarge && !request_.validation
                        ? nnunet::initial_patch_extent(request_.final_extent, request_.dimension,
                                                       params_.smallest_scale, params_.dummy_2d)
                        : request_.final_extent;
  cases_ = cases_of_fold(request_.folder, ctx.get(kSplits), params_.fold, params_.subset);
  std::size_t channels = dataset.channels.size();
  std::size_t seg_channels = 1;
  if (plan.previous_stage) {
    const CascadeCases cascade(plan, plans, &dataset, params_.trainer,
                               {params_.folder, params_.previous_folder});
    cascade.require(cases_);
    request_.previous_folder = cascade.previous_folder();
    channels += dataset.labels.foreground_labels().size();
    seg_channels = 2;
  }
  const auto voxels = static_cast<std::uint64_t>(imaging::voxel_count(request_.extent));
  bytes_ = voxels * (channels * sizeof(float) + seg_channels * sizeof(std::int16_t));
  index_ = 0;
}

bool SampleStage::next(Emitter& out) {
  if (index_ >= params_.epochs * numbering_.per_epoch()) return false;
  const PatchNumbering::Place at = numbering_.place(index_++);
  std::string id = params_.subset + "_e" + std::to_string(at.epoch) + "_i" +
                   std::to_string(at.iteration) + "_s" + std::to_string(at.sample);
  nnunet::PatchRequest request = request_;
  Rng rng(out.seed(), "patches.sample", id);
  request.case_id = cases_[rng.integer(cases_.size())];
  request.epoch = at.epoch;
  request.forced_foreground =
      draw_forced(rng, rule_, at.sample, numbering_.batch_size, params_.oversample);
  out.begin_item(std::move(id), {"", bytes_, static_cast<std::uint64_t>(numbering_.ordinal(at))});
  out.emit(kRequest, std::move(request));
  return true;
}

void add_sample(Registry& registry) { registry.add<SampleStage>("patches.sample"); }

}  // namespace nnflow::patches
