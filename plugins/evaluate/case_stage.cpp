// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "evaluate/case_stage.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "evaluate/kernels/confusion.hpp"

namespace nnflow::evaluate {

namespace {

std::string shape_text(const imaging::Extent3& extent) {
  return std::to_string(extent[0]) + " x " + std::to_string(extent[1]) + " x " +
         std::to_string(extent[2]);
}

}  // namespace

void CaseStage::describe(StageSpec& spec) {
  spec.summary("Compare a segmentation with its reference, voxel by voxel").cache_version(1);
  spec.doc(
      "Counts true and false positives and negatives of every foreground label, or of every region "
      "where the data "
      "set has regions. Voxels that the reference marks as ignored count nowhere. Only the shapes "
      "must agree.");
  spec.input(kPrediction, "the segmentation");
  spec.input(kReference, "the reference of the same shape");
  spec.optional_input(kPair, "the two files, named in the result");
  spec.optional_input(kDataset, "labels, regions and the ignore label, where labels are not named");
  spec.output(kMetrics, "counts per label or region");
  spec.memory_hint("2*input");
  spec.params<CaseParams>()
      .field("labels", &CaseParams::labels, "labels to compare; empty: those of the data set")
      .field("ignore_label", &CaseParams::ignore_label,
             "with labels: voxels that the reference marks so count nowhere")
      .check([](const CaseParams& p) {
        return p.ignore_label && p.labels.empty() ? "ignore_label needs labels" : "";
      });
}

std::vector<nnunet::LabelOrRegion> CaseStage::compared(Context& ctx) const {
  std::vector<nnunet::LabelOrRegion> entries;
  for (const std::int64_t label : params_.labels) {
    const nnunet::LabelOrRegion entry{{label}, false};
    if (std::find(entries.begin(), entries.end(), entry) == entries.end()) entries.push_back(entry);
  }
  if (!entries.empty()) return entries;
  if (!ctx.has(kDataset)) {
    throw Error(ErrorCode::kInvalidParam,
                "nothing says which labels to compare; expected labels or a connected data set");
  }
  return ctx.get(kDataset).labels.evaluated();
}

void CaseStage::process(Context& ctx) const {
  const auto& prediction = ctx.get(kPrediction);
  const auto& reference = ctx.get(kReference);
  if (prediction.extent() != reference.extent()) {
    throw Error(ErrorCode::kInvalidData, "the prediction has " + shape_text(prediction.extent()) +
                                             " voxels (z, y, x), its reference " +
                                             shape_text(reference.extent()) +
                                             "; expected the same shape");
  }
  const auto entries = compared(ctx);
  std::vector<std::vector<std::int64_t>> regions;
  for (const auto& entry : entries) regions.push_back(entry.labels);
  const auto ignored =
      params_.labels.empty() ? ctx.get(kDataset).labels.ignore_label() : params_.ignore_label;
  const auto counts = count_confusion(prediction.voxels(), reference.voxels(), regions, ignored);

  nnunet::CaseMetrics metrics;
  metrics.id = ctx.item();
  if (ctx.has(kPair)) {
    const auto& pair = ctx.get(kPair);
    if (!pair.images.empty()) metrics.prediction_file = pair.images.front().string();
    if (pair.label) metrics.reference_file = pair.label->string();
  }
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const Counts& c = counts[i];
    metrics.metrics.push_back(
        {entries[i], {c.true_positive, c.false_positive, c.false_negative, c.true_negative}});
  }
  ctx.emit(kMetrics, std::move(metrics));
}

}  // namespace nnflow::evaluate
