// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "train/unet_stage.hpp"

#include <cstdio>

namespace nnflow::train {
namespace {

Publish publisher(Context& ctx) {
  return [&ctx](const std::filesystem::path& path) { return ctx.artifact(path); };
}

}  // namespace

void UNetStage::describe(StageSpec& spec) {
  using P = UNetParams;
  spec.summary("Train a U-Net with nnU-Net's loss, optimiser and schedule").cache_version(1);
  spec.doc(
      "One optimiser step per training batch; validation batches measure the pseudo Dice. Writes "
      "the model folder: "
      "plans, data set, and in the fold's folder checkpoints and the log. Goes on from "
      "checkpoint_latest, to the same "
      "weights as without interruption at equal compute_threads. On CUDA the network runs in "
      "float16.");
  spec.input(kBatch, "training batches of an epoch, then its validation batches");
  spec.input(kPlans, "network and batch size").input(kDataset, "channels and labels");
  spec.output(kModel, "the trained fold").uses("device", 1);
  spec.params<P>()
      .field("configuration", &P::configuration, "configuration of the plans, such as 3d_fullres",
             Required{})
      .field("fold", &P::fold, "number of the fold, or all")
      .field("folder", &P::folder, "model folder; empty: below $nnUNet_results")
      .field("fingerprint", &P::fingerprint,
             "dataset_fingerprint.json to copy; empty: of the preprocessed data set")
      .field("trainer", &P::trainer, "trainer class named in the checkpoint, for Python nnU-Net")
      .field("epochs", &P::epochs, "epochs", Minimum{1})
      .field("iterations", &P::iterations, "training batches per epoch", Minimum{1})
      .field("val_iterations", &P::val_iterations, "validation batches per epoch", Minimum{0})
      .field("batch_size", &P::batch_size, "patches per batch; left out: as planned", Minimum{1})
      .field("initial_lr", &P::initial_lr, "learning rate of the first epoch", Minimum{0})
      .field("momentum", &P::momentum, "Nesterov momentum", Range{0, 1})
      .field("weight_decay", &P::weight_decay, "L2 penalty on all parameters", Minimum{0})
      .field("gradient_clip", &P::gradient_clip, "largest norm of the gradient", Minimum{0})
      .field("checkpoint_every", &P::checkpoint_every, "epochs between writes of checkpoint_latest",
             Minimum{1})
      .field("deep_supervision", &P::deep_supervision, "loss on the lower resolutions too")
      .field("half_precision", &P::half_precision, "float16 with loss scaling; CUDA only")
      .field("mirror_axes", &P::mirror_axes, "spatial axes to mirror in prediction; left out: all")
      .field("resume", &P::resume, "go on from the fold's checkpoint if there is one")
      .field("device", &P::device, "cpu, cuda or cuda:N")
      .field("compute_threads", &P::compute_threads,
             "threads of the network on the CPU; 0 = those of the run", Range{0, 1024});
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
      .compute_threads = p.compute_threads > 0 ? p.compute_threads : ctx.threads(),
      .seed = ctx.seed()};
  const auto folder = resolve_model_folder(p.folder, p.trainer, p.configuration, plans, dataset);
  trainer_ = std::make_unique<Trainer>(std::move(options), plans, dataset, folder);
  if (p.resume && trainer_->resume() > 0) {
    ctx.log(LogLevel::kInfo,
            "going on after " + std::to_string(trainer_->finished_epochs()) + " epochs");
  }
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

void UNetStage::finish(Context& ctx) { ctx.emit(kModel, trainer(ctx).finish(publisher(ctx))); }

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
