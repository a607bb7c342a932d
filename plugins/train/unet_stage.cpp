// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "train/unet_stage.hpp"

#include <cstdio>

#include "nnflow/networks/precision.hpp"
#include "nnflow/nnunet/paths.hpp"
#include "nnflow/torch_bridge/device.hpp"
#include "train/debug_info.hpp"
#include "train/training_record.hpp"

namespace nnflow::train {
namespace {

Publish publisher(Context& ctx) {
  return [&ctx](const std::filesystem::path& path) { return ctx.artifact(path); };
}

}  // namespace

UNetStage::UNetStage(const StageConfig& config)
    : params_(config.params<UNetParams>()), stage_(config.stage()) {
  torch_bridge::require_device(params_.device, stage_);
  networks::require_precision(params_.precision, params_.device, stage_);
}

Trainer& UNetStage::trainer(Context& ctx) {
  if (trainer_) return *trainer_;
  const nnunet::Plans& plans = ctx.get(kPlans);
  const nnunet::DatasetDescription& dataset = ctx.get(kDataset);
  const UNetParams& p = params_;
  TrainerOptions options = this->options(ctx);
  const auto folder = resolve_model_folder(p.folder, p.trainer, p.configuration, plans, dataset);
  fold_folder_ = folder / nnunet::fold_folder(p.fold);
  if (p.validation_only) {
    trainer_ = std::make_unique<Trainer>(std::move(options), plans, dataset, folder);
    return *trainer_;
  }
  lock_.acquire(fold_folder_);
  anew_ = !p.resume || ctx.forced();
  unwritten_ = record(ctx, options);
  const nnunet::Json debug = debug_info(options, batch_size(ctx), plans, dataset);
  trainer_ = std::make_unique<Trainer>(std::move(options), plans, dataset, folder);
  const bool resumed = !anew_ && resume(ctx);
  if (!resumed && !p.pretrained_weights.empty()) trainer_->load_pretrained();
  ctx.artifact(fold_folder_ / "debug.json").write_and_commit(nnunet::dump_json(debug));
  write_model_files(folder, p.fingerprint, plans, dataset, publisher(ctx));
  return *trainer_;
}

std::int64_t UNetStage::batch_size(Context& ctx) const {
  return params_.batch_size.value_or(
      ctx.get(kPlans).configuration(params_.configuration).batch_size);
}

std::uint64_t UNetStage::resume_point(Context& ctx) {
  const auto per_epoch = (params_.iterations + params_.val_iterations) * batch_size(ctx);
  Trainer& training = trainer(ctx);
  const auto done = params_.validation_only ? params_.epochs : training.finished_epochs();
  return static_cast<std::uint64_t>(done * per_epoch);
}

void UNetStage::accumulate(Context& ctx) {
  Trainer& training = trainer(ctx);
  if (unwritten_) begin_fold(fold_folder_, *unwritten_, anew_, publisher(ctx));
  unwritten_.reset();
  const bool complete = training.step(ctx.get(kBatch));
  report(ctx);
  if (!complete) return;
  const bool stop = ctx.stop_requested() && training.finished_epochs() + 1 < params_.epochs;
  ctx.log(LogLevel::kInfo, training.finish_epoch(publisher(ctx), stop));
  if (stop) {
    throw Error(ErrorCode::kCancelled,
                "stopped after " + std::to_string(training.finished_epochs()) + " of " +
                    std::to_string(params_.epochs) + " epochs; the same command goes on");
  }
}

void UNetStage::finish(Context& ctx) {
  Trainer& training = trainer(ctx);
  nnunet::TrainedModel model;
  if (!params_.validation_only) model = training.finish(publisher(ctx));
  if (params_.validation_only || params_.validate_best) {
    model = training.load(params_.validate_best ? kBestCheckpoint : kFinalCheckpoint);
  }
  ctx.emit(kModel, std::move(model));
  lock_.release();
  trainer_.reset();  // the predicting stages need the device's memory
}

void UNetStage::report(Context& ctx) const {
  const double per_epoch = static_cast<double>(params_.iterations + params_.val_iterations);
  const double epoch = static_cast<double>(trainer_->finished_epochs());
  char text[96];
  std::snprintf(text, sizeof text, "epoch %lld, loss %.4f",
                static_cast<long long>(trainer_->finished_epochs()), trainer_->last_loss());
  ctx.progress(epoch + static_cast<double>(trainer_->batches_done()) / per_epoch,
               static_cast<double>(params_.epochs), text);
}

}  // namespace nnflow::train
