// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "postprocess/export_labels_stage.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "postprocess/export_geometry.hpp"
#include "postprocess/kernels/export_labels.hpp"
#include "postprocess/kernels/export_probabilities.hpp"

namespace nnflow::postprocess {

void ExportLabelsStage::describe(StageSpec& spec) {
  spec.summary("Turn logits into a label map on the grid of the original image").cache_version(1);
  spec.doc(
      "Resamples logits linearly to the cropped image, decides the label of every voxel (highest "
      "logit, or regions in "
      "regions_class_order), and undoes crop and axis permutation. Works plane by plane and class "
      "by class; only where probabilities are asked for do all classes exist at once on the grid "
      "of "
      "the image, and labels then follow from them.");
  spec.input(kLogits, "network output on the preprocessed grid");
  spec.input(kProperties, "crop, spacing and geometry of the case");
  spec.input(kPlans, "axis permutation and resampling");
  spec.input(kDataset, "labels and regions");
  spec.optional_input(kModel, "names the configuration when the parameter does not");
  spec.output(kLabel, "labels with the extent and geometry of the image as read");
  spec.output(kProbabilities,
              "softmax, or the sigmoid of each region, on the same grid; nothing unless asked for");
  // One image at a time with all threads: the first result comes sooner, and large images do not
  // lie in memory side by side.
  spec.concurrency(1).memory_hint("2*input");
  spec.params<ExportLabelsParams>()
      .field("configuration", &ExportLabelsParams::configuration,
             "configuration of the plans; empty = that of the model")
      .field("probabilities", &ExportLabelsParams::probabilities,
             "emit probabilities, and take the labels from them");
}

void ExportLabelsStage::process(Context& ctx) const {
  const auto& logits = ctx.get(kLogits);
  const auto& properties = ctx.get(kProperties);
  const auto& plans = ctx.get(kPlans);
  const auto& labels = ctx.get(kDataset).labels;
  std::string name = params_.configuration;
  if (name.empty() && ctx.has(kModel)) name = ctx.get(kModel).configuration;
  if (name.empty()) {
    throw Error(ErrorCode::kInvalidParam,
                "parameter configuration is empty and no model is connected; expected the name of "
                "a configuration");
  }
  const auto& configuration = plans.configuration(name);
  if (logits.heads != labels.num_segmentation_heads()) {
    throw Error(ErrorCode::kInvalidData, "the logits have " + std::to_string(logits.heads) +
                                             " heads, the labels of the data set need " +
                                             std::to_string(labels.num_segmentation_heads()));
  }
  const auto geometry = export_geometry(logits.extent, properties, plans, configuration);
  const auto rounding = export_rounding(logits, configuration);
  imaging::LabelMap map(exported_extent(geometry));
  if (params_.probabilities) {
    auto exported = export_probabilities(logits.values, logits.heads, geometry,
                                         region_labels(labels), rounding, ctx.threads());
    std::copy(exported.labels.begin(), exported.labels.end(), map.voxels().begin());
    ctx.emit(kProbabilities,
             nnunet::Probabilities{logits.heads, map.extent(), std::move(exported.probabilities)});
  } else {
    export_labels(logits.values, logits.heads, geometry, region_labels(labels), rounding,
                  ctx.threads(), map.voxels());
  }
  map.spacing = properties.spacing;
  map.geometry = properties.geometry;
  ctx.emit(kLabel, std::move(map));
}

}  // namespace nnflow::postprocess
