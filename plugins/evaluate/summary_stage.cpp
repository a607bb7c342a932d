// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "evaluate/summary_stage.hpp"

#include <cmath>
#include <cstdio>
#include <filesystem>
#include <nnflow/nnunet/py_json.hpp>
#include <utility>

namespace nnflow::evaluate {

void SummaryStage::describe(StageSpec& spec) {
  spec.summary("Average the metrics of all cases and write summary.json").cache_version(1);
  spec.doc(
      "Means over cases leave out cases that have a label neither in the prediction nor in the "
      "reference; the mean "
      "over labels does not, so a label that never occurs makes foreground_mean NaN, as in "
      "nnU-Net.");
  spec.input(kMetrics, "metrics of one case");
  spec.optional_input(kModel, "a relative path lies in the folder of this model's fold");
  spec.output(kSummary, "metrics per case and their means");
  spec.writes_artifacts();
  spec.params<SummaryParams>()
      .field("out", &SummaryParams::out, "file to write, usually summary.json; empty = none")
      .field("overwrite", &SummaryParams::overwrite, "write it anew where it is there");
}

void SummaryStage::accumulate(Context& ctx) { cases_.push_back(ctx.take(kMetrics)); }

void SummaryStage::finish(Context& ctx) {
  if (cases_.empty()) {
    throw Error(ErrorCode::kInvalidData,
                "there is no case to evaluate; expected at least one segmentation");
  }
  nnunet::Summary summary = nnunet::summarise(std::move(cases_));
  cases_.clear();
  if (!params_.out.empty()) {
    const std::filesystem::path file =
        ctx.has(kModel) ? ctx.get(kModel).place(params_.out) : std::filesystem::path(params_.out);
    std::error_code ignored;
    if (params_.overwrite || !std::filesystem::exists(file, ignored)) {
      ctx.artifact(file).write_and_commit(
          nnunet::dump_json(summary.to_json(), {.indent = 4, .sort_keys = true, .compact = false}));
    }
  }
  for (const auto& [label, mean] : summary.mean) {
    if (!std::isnan(mean.dice)) continue;
    ctx.log(LogLevel::kWarning, (label.is_region ? "region " : "label ") + label.text() +
                                    " occurs in no segmentation and in no reference: its Dice and "
                                    "the mean over the foreground are NaN");
  }
  std::string text(96, '\0');
  const int length =
      std::snprintf(text.data(), text.size(), "mean foreground Dice %.4f over %zu cases",
                    summary.foreground_mean.dice, summary.cases.size());
  ctx.log(LogLevel::kInfo, std::string_view(text).substr(0, static_cast<std::size_t>(length)));
  ctx.emit(kSummary, std::move(summary));
}

}  // namespace nnflow::evaluate
