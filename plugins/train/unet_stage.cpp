// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "train/unet_stage.hpp"

#include <cstdio>

#include "nnflow/nnunet/paths.hpp"
#include "nnflow/torch_bridge/device.hpp"
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
}

Trainer& UNetStage::trainer(Context& ctx) {
  if (trainer_) return *trainer_;
  const nnunet::Plans& plans = ctx.get(kPlans);
  const nnunet::DatasetDescription& dataset = ctx.get(kDataset);
  const UNetParams& p = params_;
  TrainerOptions options{
      .configuration = p.configuration,
      .fold = p.fold,
      .trainer = p.trainer,
      .epochs = p.epochs,
      .iterations = p.iterations,
      .val_iterations = p.val_iterations,
      .initial_lr = p.initial_lr,
      .momentum = p.momentum,
      .weight_decay = p.weight_decay,
      .gradient_clip = p.gradient_clip,
      .checkpoint_every = p.checkpoint_every,
      .deep_supervision = p.deep_supervision,
      .half_precision = p.half_precision,
      .mirror_axes = p.mirror_axes,
      .device = p.device,
      .compute_threads = torch_bridge::compute_threads(p.compute_threads, ctx.threads()),
      .seed = ctx.seed()};
  const auto folder = resolve_model_folder(p.folder, p.trainer, p.configuration, plans, dataset);
  fold_folder_ = folder / nnunet::fold_folder(p.fold);
  lock_.acquire(fold_folder_);
  anew_ = !p.resume || ctx.forced();
  unwritten_ = record(ctx, options);
  trainer_ = std::make_unique<Trainer>(std::move(options), plans, dataset, folder);
  if (!anew_) resume(ctx);
  write_model_files(folder, p.fingerprint, plans, dataset, publisher(ctx));
  return *trainer_;
}

std::uint64_t UNetStage::resume_point(Context& ctx) {
  const auto batch_size =
      params_.batch_size.value_or(ctx.get(kPlans).configuration(params_.configuration).batch_size);
  const auto per_epoch = (params_.iterations + params_.val_iterations) * batch_size;
  return static_cast<std::uint64_t>(trainer(ctx).finished_epochs() * per_epoch);
}

void UNetStage::accumulate(Context& ctx) {
  Trainer& training = trainer(ctx);
  if (unwritten_) begin_fold(fold_folder_, *unwritten_, anew_, publisher(ctx));
  unwritten_.reset();
  const bool complete = training.step(ctx.get(kBatch));
  report(ctx);
  if (!complete) return;
  const bool stop = ctx.stop_requested() && training.finished_epochs() + 1 < params_.epochs;
  training.finish_epoch(publisher(ctx), stop);
  if (stop) {
    throw Error(ErrorCode::kCancelled,
                "stopped after " + std::to_string(training.finished_epochs()) + " of " +
                    std::to_string(params_.epochs) + " epochs; the same command goes on");
  }
}

void UNetStage::finish(Context& ctx) {
  ctx.emit(kModel, trainer(ctx).finish(publisher(ctx)));
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
