// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "train/unet_stage.hpp"

namespace nnflow::train {

void UNetStage::describe(StageSpec& spec) {
  using P = UNetParams;
  spec.summary("Train a U-Net with nnU-Net's loss, optimiser and schedule").cache_version(1);
  spec.doc(
      "One optimiser step per training batch; validation batches measure the pseudo Dice. Writes "
      "the model folder: "
      "plans, data set, and in the fold's folder checkpoints and the log. Goes on from "
      "checkpoint_latest, to the same "
      "weights as without interruption at equal compute_threads. nnflow_training.json beside the "
      "checkpoints holds digests of what was trained from: parameters, plans, labels and, where "
      "splits are fed, split and preprocessed cases. Going on with other inputs is an error; "
      "epochs, "
      "device, compute_threads and checkpoint_every may change. Without that file, as from Python "
      "nnU-Net, training goes on with a warning. On CUDA the network runs in float16.");
  spec.input(kBatch, "training batches of an epoch, then its validation batches");
  spec.input(kPlans, "network and batch size").input(kDataset, "channels and labels");
  spec.optional_input(kSplits,
                      "cases whose preprocessed files a resumed training must find as they were");
  spec.output(kModel, "the trained fold").uses("device", 1);
  spec.params<P>()
      .field("configuration", &P::configuration, "configuration of the plans, such as 3d_fullres",
             Required{})
      .field("fold", &P::fold, "number of the fold, or all")
      .field("folder", &P::folder, "model folder; empty: below $nnUNet_results")
      .field("fingerprint", &P::fingerprint,
             "dataset_fingerprint.json to copy; empty: of the preprocessed data set")
      .field("preprocessed", &P::preprocessed,
             "preprocessed folder of the data set or of the configuration; empty: below "
             "$nnUNet_preprocessed")
      .field(
          "previous_folder", &P::previous_folder,
          "of a cascade: label maps of its previous stage, which a resumed training must find as "
          "they were; empty: as patches.sample finds them")
      .field("trainer", &P::trainer, "trainer class named in the checkpoint, for Python nnU-Net")
      .field("epochs", &P::epochs, "epochs", Minimum{1})
      .field("iterations", &P::iterations, "training batches per epoch", Minimum{1})
      .field("val_iterations", &P::val_iterations, "validation batches per epoch", Minimum{0})
      .field("batch_size", &P::batch_size, "patches per batch; left out: as planned", Minimum{1})
      .field("loss", &P::loss,
             "terms of the loss: Dice, cross-entropy (for regions binary; of top_k that of the "
             "tenth of the voxels that fit worst)",
             Choices{{"dice_ce", "dice", "ce", "top_k", "dice_top_k"}})
      .field("smooth", &P::smooth, "smoothing term of the Dice loss", Minimum{0})
      .field("label_smoothing", &P::label_smoothing,
             "share of the target that goes to all labels, in the cross-entropy of top_k and "
             "dice_top_k",
             Range{0, 1})
      .field("batch_norm", &P::batch_norm, "batch norms instead of the planned norms")
      .field("optimiser", &P::optimiser, "sgd with Nesterov momentum, adam, or adamw with amsgrad",
             Choices{{"sgd", "adam", "adamw"}})
      .field("schedule", &P::schedule,
             "how the learning rate falls: as a power of the epochs left, as a cosine, or as a "
             "power after it has risen for warmup_epochs",
             Choices{{"poly", "cosine", "warmup_poly"}})
      .field("warmup_epochs", &P::warmup_epochs, "epochs in which warmup_poly rises", Minimum{1})
      .field("initial_lr", &P::initial_lr, "learning rate of the first epoch", Minimum{0})
      .field("momentum", &P::momentum, "Nesterov momentum", Range{0, 1})
      .field("weight_decay", &P::weight_decay, "L2 penalty on all parameters", Minimum{0})
      .field("gradient_clip", &P::gradient_clip, "largest norm of the gradient", Minimum{0})
      .field("checkpoint_every", &P::checkpoint_every, "epochs between writes of checkpoint_latest",
             Minimum{1})
      .field("deep_supervision", &P::deep_supervision, "loss on the lower resolutions too")
      .field("half_precision", &P::half_precision, "float16 with loss scaling; CUDA only")
      .field("precision", &P::precision,
             "of the network on the CPU: with bf16, for CPUs that have avx512_bf16, values between "
             "the layers and factors of products are bfloat16, and sums, norm statistics, weights, "
             "gradients of weights and the loss stay float32; validation cases are predicted in "
             "float32",
             Choices{{"float32", "bf16"}})
      .field("mirror_last_axis", &P::mirror_last_axis,
             "false: the last axis is not mirrored in prediction")
      .field("pretrained_weights", &P::pretrained_weights,
             "checkpoint whose weights a new training starts from, but for the segmentation heads; "
             "empty: none")
      .field("checkpoints", &P::checkpoints,
             "false: write only the final checkpoint, so that a training cannot be resumed")
      .field("validation_only", &P::validation_only,
             "train nothing: give the fold as its final checkpoint has it")
      .field("validate_best", &P::validate_best,
             "give the fold as its best checkpoint has it instead of the final one")
      .field("mirror_axes", &P::mirror_axes, "spatial axes to mirror in prediction; left out: all")
      .field("resume", &P::resume,
             "go on from the fold's checkpoint if there is one; false: train anew and overwrite it")
      .field("device", &P::device, "cpu, cuda or cuda:N")
      .field("compute_threads", &P::compute_threads,
             "threads of the network on the CPU; 0 = those of the run", Range{0, 1024})
      .check([](const P& p) {
        return !p.validate_best || p.checkpoints ? "" : "validate_best needs checkpoints";
      });
}

}  // namespace nnflow::train
