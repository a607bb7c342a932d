// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "patches/sample_stage.hpp"

namespace nnflow::patches {

void SampleStage::describe(StageSpec& spec) {
  using P = SampleParams;
  spec.summary("Ask for random training or validation patches, epoch after epoch").cache_version(1);
  spec.doc(
      "Each patch draws its case with replacement. The last samples of a batch, a share of about "
      "`oversample`, must show foreground, or those that chance chooses. Training and validation "
      "patches are numbered together, "
      "so both "
      "streams of a run need equal epochs, iterations, val_iterations and batch_size. Draws depend "
      "only "
      "on the run's seed and the patch's number.");
  spec.input(kPlans, "patch and batch size").input(kDataset, "channels and folder name");
  spec.input(kSplits, "cases of the fold").output(kRequest, "one patch to read");
  spec.params<P>()
      .field("configuration", &P::configuration, "configuration of the plans, such as 3d_fullres",
             Required{})
      .field("fold", &P::fold, "number of the fold, or all")
      .field("folder", &P::folder,
             "preprocessed folder of the data set or of the configuration; empty: below "
             "$nnUNet_preprocessed")
      .field("previous_folder", &P::previous_folder,
             "of a cascade: label maps of its previous stage; empty: where the validation of that "
             "stage, with the same plans and trainer, leaves them below $nnUNet_results")
      .field("trainer", &P::trainer, "of a cascade: trainer of its previous stage")
      .field("subset", &P::subset, "part of the fold", Choices{{"train", "val"}})
      .field("epochs", &P::epochs, "epochs of the run", Minimum{1})
      .field("iterations", &P::iterations, "training batches per epoch", Minimum{1})
      .field("val_iterations", &P::val_iterations, "validation batches per epoch", Minimum{0})
      .field("batch_size", &P::batch_size, "patches per batch; left out: as planned", Minimum{1})
      .field("oversample", &P::oversample, "share of a batch that must show foreground",
             nnflow::Range{0, 1})
      .field("enlarge", &P::enlarge,
             "ask for what rotated training patches need instead of the final size")
      .field("dummy_2d", &P::dummy_2d,
             "false: thin 3D patches are rotated as volumes too; left out: as nnU-Net chooses it")
      .field("smallest_scale", &P::smallest_scale,
             "scaling for which enlarged patches still suffice", nnflow::Range{0.01, 1})
      .field("foreground_rule", &P::foreground_rule,
             "which patches must show foreground: the last ones of a batch; each drawn with the "
             "probability `oversample`; each drawn with the share that `last` has in a batch",
             Choices{{"last", "drawn", "drawn_as_last"}});
}

}  // namespace nnflow::patches
