// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "postprocess/determination.hpp"

#include <algorithm>
#include <nnflow/error.hpp>
#include <utility>

#include "postprocess/apply_step.hpp"

namespace nnflow::postprocess {

namespace {

/// Better on average and worse for no entry. Comparisons with NaN are false, so NaN neither wins
/// nor vetoes.
bool improves_everything(const nnunet::Summary& before, const nnunet::Summary& after) {
  if (!(after.foreground_mean.dice > before.foreground_mean.dice)) return false;
  for (std::size_t i = 0; i < before.mean.size(); ++i) {
    if (after.mean[i].second.dice < before.mean[i].second.dice) return false;
  }
  return true;
}

nnunet::Json means_json(const nnunet::Summary& summary) {
  const nnunet::Json all = summary.to_json();
  return {{"foreground_mean", all.at("foreground_mean")}, {"mean", all.at("mean")}};
}

nnunet::Json entry_json(const nnunet::LabelOrRegion& entry) {
  return entry.is_region ? nnunet::Json(entry.labels) : nnunet::Json(entry.labels.front());
}

}  // namespace

void Determination::add(const std::string& id,
                        const imaging::LabelMap& prediction,
                        const imaging::LabelMap& reference) {
  cases_.push_back({id, PackedPair(prediction.voxels(), reference.voxels(), prediction.extent())});
}

std::vector<Determination::Case> Determination::treated(
    const nnunet::PostprocessingStep& step) const {
  std::vector<Case> cases;
  for (const Case& one : cases_) {
    auto prediction = one.pair.prediction();
    apply_step(step, prediction, one.pair.extent());
    cases.push_back({one.id, PackedPair(prediction, one.pair.reference(), one.pair.extent())});
  }
  return cases;
}

nnunet::Summary Determination::measure(const std::vector<Case>& cases) const {
  std::vector<nnunet::CaseMetrics> all;
  for (const Case& one : cases) {
    auto& metrics = all.emplace_back();
    metrics.id = one.id;
    for (const auto& entry : labels_.evaluated()) {
      const PairCounts c = one.pair.count(entry.labels, labels_.ignore_label());
      metrics.metrics.push_back(
          {entry, {c.true_positive, c.false_positive, c.false_negative, c.true_negative}});
    }
  }
  return nnunet::summarise(std::move(all));
}

DeterminationResult Determination::decide(const std::function<bool(int, int)>& proceed) {
  const auto entries = labels_.evaluated();
  const int total = entries.size() > 1 ? static_cast<int>(entries.size()) + 1 : 1;
  DeterminationResult result;
  result.before = measure(cases_);
  result.after = result.before;

  const auto attempt = [&](const nnunet::PostprocessingStep& step, int done, const auto& accept) {
    if (!proceed(done, total))
      throw Error(ErrorCode::kCancelled, "determining post-processing was cancelled");
    std::vector<Case> cases = treated(step);
    nnunet::Summary summary = measure(cases);
    if (!accept(result.after, summary)) return;
    cases_ = std::move(cases);
    result.after = std::move(summary);
    result.steps.push_back(step);
  };

  nnunet::PostprocessingStep together;
  together.is_list = true;
  for (const auto label : labels_.foreground_labels())
    together.labels_or_regions.push_back({{label}, false});
  attempt(together, 0, improves_everything);
  if (entries.size() < 2) return result;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    nnunet::PostprocessingStep single;
    single.labels_or_regions.push_back(entries[i]);
    attempt(single, static_cast<int>(i) + 1,
            [i](const nnunet::Summary& before, const nnunet::Summary& after) {
              return after.mean[i].second.dice > before.mean[i].second.dice;
            });
  }
  return result;
}

nnunet::Json DeterminationResult::to_json() const {
  nnunet::Json functions = nnunet::Json::array();
  nnunet::Json arguments = nnunet::Json::array();
  for (const auto& step : steps) {
    functions.push_back("remove_all_but_largest_component_from_segmentation");
    nnunet::Json target = nnunet::Json::array();
    for (const auto& entry : step.labels_or_regions) target.push_back(entry_json(entry));
    if (!step.is_list) target = entry_json(step.labels_or_regions.front());
    arguments.push_back({{"labels_or_regions", target}});
  }
  return {{"input_folder", means_json(before)},
          {"postprocessed", means_json(after)},
          {"postprocessing_fns", functions},
          {"postprocessing_kwargs", arguments}};
}

}  // namespace nnflow::postprocess
