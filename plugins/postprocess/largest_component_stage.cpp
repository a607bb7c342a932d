// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "postprocess/largest_component_stage.hpp"

#include <utility>

#include "postprocess/apply_step.hpp"

namespace nnflow::postprocess {

void LargestComponentStage::describe(StageSpec& spec) {
  spec.summary("Remove all but the largest connected component of given labels").cache_version(1);
  spec.doc(
      "Voxels that touch by a face, an edge or a corner belong together; components of equal size "
      "all stay; what is "
      "removed becomes background. The labels come from one place: the parameter labels (merged "
      "into one mask), a file "
      "postprocessing.pkl, or a decision made by postprocess.determine. A decision without steps "
      "changes nothing.");
  spec.input(kLabelIn, "the segmentation");
  spec.optional_input(kDecision, "steps to apply in order");
  spec.output(kLabelOut, "the segmentation without the smaller components");
  spec.memory_hint("2*input");
  spec.params<LargestComponentParams>()
      .field("labels", &LargestComponentParams::labels, "labels merged into one mask")
      .field("decision_file", &LargestComponentParams::decision_file,
             "path of a postprocessing.pkl")
      .check([](const LargestComponentParams& p) {
        return p.labels.empty() || p.decision_file.empty()
                   ? ""
                   : "give labels or decision_file, not both";
      });
}

void LargestComponentStage::process(Context& ctx) const {
  std::vector<nnunet::PostprocessingStep> steps;
  if (ctx.has(kDecision)) {
    steps = ctx.get(kDecision).steps;
  } else if (!params_.decision_file.empty()) {
    steps = nnunet::read_postprocessing(params_.decision_file);
  } else if (!params_.labels.empty()) {
    steps.emplace_back();
    for (const auto label : params_.labels)
      steps.front().labels_or_regions.push_back({{label}, false});
  } else {
    throw Error(ErrorCode::kInvalidParam,
                "nothing says which labels to treat; expected labels, decision_file or a connected "
                "decision");
  }
  imaging::LabelMap label = ctx.take(kLabelIn);
  const imaging::Extent3 extent = label.extent();
  for (const auto& step : steps) apply_step(step, label.voxels(), extent);
  ctx.emit(kLabelOut, std::move(label));
}

}  // namespace nnflow::postprocess
