// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "postprocess/export_next_stage_stage.hpp"

#include <filesystem>
#include <nnflow/nnunet/next_stage.hpp>
#include <nnflow/nnunet/store.hpp>
#include <vector>

#include "postprocess/export_geometry.hpp"
#include "postprocess/kernels/export_labels.hpp"

namespace nnflow::postprocess {

void ExportNextStageStage::describe(StageSpec& spec) {
  spec.summary("Write what the next stages of a cascade refine, on the grids of their images")
      .cache_version(1)
      .writes_artifacts();
  spec.doc(
      "For every `next_stage` of the model's configuration the logits are resampled to the shape "
      "of the case's image as preprocessed for that stage, and the label of every voxel is decided "
      "as for a segmentation. Files `predicted_next_stage/<next stage>/<case>.b2nd` in the model "
      "folder, beside those of its folds (nnunet-training 5.7). A case that is not preprocessed "
      "for the next stage is left out with a warning; a configuration without one writes nothing.");
  spec.input(kLogits, "network output on the preprocessed grid");
  spec.input(kProperties, "spacing of the case");
  spec.input(kPlans, "stages and resampling");
  spec.input(kDataset, "labels and regions");
  spec.input(kModel, "names the configuration and the folder");
  spec.memory_hint("2*input");
  spec.params<ExportNextStageParams>().field(
      "preprocessed", &ExportNextStageParams::preprocessed,
      "preprocessed folder of the data set; empty: below $nnUNet_preprocessed");
}

void ExportNextStageStage::process(Context& ctx) const {
  const auto& plans = ctx.get(kPlans);
  const auto& model = ctx.get(kModel);
  const auto& dataset = ctx.get(kDataset);
  const auto& logits = ctx.get(kLogits);
  const auto& configuration = plans.configuration(model.configuration);
  for (const std::string& name : configuration.next_stages) {
    const std::filesystem::path preprocessed =
        params_.preprocessed.empty() ? dataset.roots().require_preprocessed() / dataset.name
                                     : std::filesystem::path(params_.preprocessed);
    const auto folder =
        nnunet::configuration_folder(preprocessed, plans.configuration(name).data_identifier);
    const auto image = nnunet::image_file(folder, ctx.item());
    if (!std::filesystem::exists(image)) {
      ctx.log(LogLevel::kWarning, "case " + ctx.item() +
                                      ": nothing is written for the next stage " + name + ", as " +
                                      image.string() + " is missing: preprocess -c " + name +
                                      " first, then validate again (--val)");
      continue;
    }
    const nnunet::ArrayFile grid(image);
    const auto geometry = next_stage_geometry(logits.extent, grid.extent(), ctx.get(kProperties),
                                              plans, configuration);
    const auto labels =
        export_labels(logits.values, logits.heads, geometry, region_labels(dataset.labels),
                      export_rounding(logits, configuration), ctx.threads());
    Artifact artifact = ctx.artifact(nnunet::next_stage_folder(model.folder, name) /
                                     nnunet::next_stage_file(ctx.item(), image));
    nnunet::write_next_stage(artifact.path(), labels, grid.extent(), configuration.patch_size,
                             dataset.labels.needs_uint16());
    artifact.commit();
  }
}

}  // namespace nnflow::postprocess
