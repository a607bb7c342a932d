// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "nnflow/nnunet/next_stage.hpp"
#include "train/training_record.hpp"
#include "train/unet_stage.hpp"

namespace nnflow::train {

nnunet::Json UNetStage::record(Context& ctx, const TrainerOptions& options) const {
  const nnunet::Plans& plans = ctx.get(kPlans);
  const nnunet::DatasetDescription& dataset = ctx.get(kDataset);
  const auto& configuration = plans.configuration(params_.configuration);
  std::optional<FoldCases> cases;
  if (ctx.has(kSplits)) {
    const std::filesystem::path folder = params_.preprocessed.empty()
                                             ? dataset.roots().require_preprocessed() / dataset.name
                                             : std::filesystem::path(params_.preprocessed);
    std::filesystem::path previous = params_.previous_folder;
    if (previous.empty() && configuration.previous_stage) {
      previous = nnunet::previous_stage_folder(dataset, plans, params_.trainer, configuration);
    }
    cases = fold_cases(folder, configuration, ctx.get(kSplits), params_.fold, previous);
  }
  return training_record(options, params_.batch_size.value_or(configuration.batch_size), plans,
                         dataset, cases, nnunet::parse_json(ctx.upstream().to_json(), stage_));
}

/// False when there is nothing to go on from.
bool UNetStage::resume(Context& ctx) {
  const auto checkpoint = find_resume_checkpoint(fold_folder_);
  if (!checkpoint) return false;
  if (check_training_record(*checkpoint, *unwritten_, stage_)) {
    unwritten_.reset();
  } else {
    ctx.log(LogLevel::kWarning, checkpoint->string() + ": " + kTrainingRecord +
                                    " is not beside it, so nothing tells whether it was trained "
                                    "from the inputs of this run; going on from it");
  }
  const std::int64_t epochs = trainer_->resume();
  if (epochs > params_.epochs) {
    ctx.log(LogLevel::kWarning, "the fold was trained for " + std::to_string(epochs) +
                                    " epochs, more than the " + std::to_string(params_.epochs) +
                                    " asked for; it is taken as it is (--restart trains it anew)");
    return true;
  }
  ctx.log(LogLevel::kInfo, "going on after " + std::to_string(epochs) + " epochs");
  return true;
}

}  // namespace nnflow::train
