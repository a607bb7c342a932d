// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "postprocess/determine_stage.hpp"

#include <filesystem>
#include <nnflow/nnunet/py_json.hpp>
#include <utility>

namespace nnflow::postprocess {

void DetermineStage::describe(StageSpec& spec) {
  spec.summary("Decide which labels to reduce to their largest component").cache_version(1);
  spec.doc(
      "First tries all foreground labels together: accepted when the mean Dice rises and no label "
      "loses. Then every label "
      "or region by itself: accepted when its own Dice rises. Writes postprocessing.json and "
      "postprocessing.pkl, which "
      "nnU-Net reads.");
  spec.input(kPrediction, "a segmentation");
  spec.input(kReference, "its reference of the same shape");
  spec.input(kDataset, "labels, regions and the ignore label");
  spec.optional_input(kModel, "a relative folder lies in the folder of this model's fold");
  spec.output(kDecision, "accepted steps in the order in which they are applied");
  spec.writes_artifacts();
  spec.params<DetermineParams>().field("folder", &DetermineParams::folder,
                                       "where postprocessing.json and .pkl go; empty = nowhere");
}

void DetermineStage::accumulate(Context& ctx) {
  if (!determination_) determination_ = std::make_unique<Determination>(ctx.get(kDataset).labels);
  const auto& prediction = ctx.get(kPrediction);
  const auto& reference = ctx.get(kReference);
  if (prediction.extent() != reference.extent()) {
    throw Error(ErrorCode::kInvalidData,
                "the prediction and its reference differ in shape; expected the same shape");
  }
  determination_->add(ctx.item(), prediction, reference);
}

void DetermineStage::finish(Context& ctx) {
  if (!determination_) {
    throw Error(ErrorCode::kInvalidData,
                "there is no segmentation to learn from; expected at least one");
  }
  auto result = determination_->decide([&ctx](int done, int total) {
    ctx.progress(done, total, "trials");
    return !ctx.cancelled();
  });
  determination_.reset();
  if (!params_.folder.empty()) {
    const std::filesystem::path folder = ctx.has(kModel) ? ctx.get(kModel).place(params_.folder)
                                                         : std::filesystem::path(params_.folder);
    ctx.artifact(folder / "postprocessing.json")
        .write_and_commit(nnunet::dump_json(result.to_json(),
                                            {.indent = 4, .sort_keys = true, .compact = false}));
    ctx.artifact(folder / "postprocessing.pkl")
        .write_and_commit(nnunet::postprocessing_to_pickle(result.steps));
  }
  ctx.log(LogLevel::kInfo, std::to_string(result.steps.size()) + " post-processing steps accepted");
  ctx.emit(kDecision, Decision{std::move(result.steps)});
}

}  // namespace nnflow::postprocess
