// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "nnflow/torch_bridge/device.hpp"
#include "train/unet_stage.hpp"

namespace nnflow::train {

TrainerOptions UNetStage::options(Context& ctx) const {
  const UNetParams& p = params_;
  return {.configuration = p.configuration,
          .fold = p.fold,
          .trainer = p.trainer,
          .epochs = p.epochs,
          .iterations = p.iterations,
          .val_iterations = p.val_iterations,
          .initial_lr = p.initial_lr,
          .momentum = p.momentum,
          .weight_decay = p.weight_decay,
          .gradient_clip = p.gradient_clip,
          .loss = p.loss,
          .smooth = p.smooth,
          .label_smoothing = p.label_smoothing,
          .batch_norm = p.batch_norm,
          .optimiser = p.optimiser,
          .schedule = p.schedule,
          .warmup_epochs = p.warmup_epochs,
          .mirror_last_axis = p.mirror_last_axis,
          .pretrained_weights = p.pretrained_weights,
          .checkpoints = p.checkpoints,
          .checkpoint_every = p.checkpoint_every,
          .deep_supervision = p.deep_supervision,
          .half_precision = p.half_precision,
          .precision = p.precision,
          .mirror_axes = p.mirror_axes,
          .device = p.device,
          .compute_threads = torch_bridge::compute_threads(p.compute_threads, ctx.threads()),
          .seed = ctx.seed()};
}

}  // namespace nnflow::train
