// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "train/batch_stage.hpp"

namespace nnflow::train {

void BatchStage::describe(StageSpec& spec) {
  spec.summary("Stack consecutive patches into a batch").cache_version(1);
  spec.input(kPatch, "patches of equal size, all for training or all for validation");
  spec.optional_input(kPlans, "batch size of the configuration, unless batch_size is given");
  spec.output(kBatch, "the patches in their order");
  spec.params<BatchParams>()
      .field("configuration", &BatchParams::configuration,
             "configuration of the plans, such as 3d_fullres")
      .field("batch_size", &BatchParams::batch_size, "patches per batch; left out: as planned",
             Minimum{1});
}

std::size_t BatchStage::group_size(Context& ctx) {
  if (params_.batch_size) return static_cast<std::size_t>(*params_.batch_size);
  if (!ctx.has(kPlans))
    throw Error(ErrorCode::kInvalidParam, "batch_size: expected a number where no plans are fed");
  return static_cast<std::size_t>(ctx.get(kPlans).configuration(params_.configuration).batch_size);
}

void BatchStage::process(Context& ctx) {
  nnunet::Batch batch;
  nnunet::Patch first = ctx.take(kPatch, 0);
  batch.dimension = first.dimension;
  batch.validation = first.validation;
  batch.epoch = first.epoch;
  batch.batch = static_cast<std::int64_t>(ctx.size());
  batch.channels = first.channels;
  batch.seg_channels = first.seg_channels;
  batch.extent = first.extent;
  batch.image.reserve(first.image.size() * ctx.size());
  batch.seg.reserve(first.seg.size() * ctx.size());
  for (std::size_t i = 0; i < ctx.size(); ++i) {
    nnunet::Patch patch = i == 0 ? std::move(first) : ctx.take(kPatch, i);
    batch.case_ids.push_back(patch.case_id);
    if (patch.extent != batch.extent || patch.channels != batch.channels ||
        patch.seg_channels != batch.seg_channels || patch.validation != batch.validation) {
      throw Error(ErrorCode::kInternal, "patches of " + batch.case_ids.front() + " and " +
                                            patch.case_id + " differ in size or purpose");
    }
    batch.image.insert(batch.image.end(), patch.image.begin(), patch.image.end());
    batch.seg.insert(batch.seg.end(), patch.seg.begin(), patch.seg.end());
    nnunet::give_back_memory(std::move(patch.image));
    nnunet::give_back_memory(std::move(patch.seg));
  }
  ctx.emit(kBatch, std::move(batch));
}

}  // namespace nnflow::train
