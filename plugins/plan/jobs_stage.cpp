// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "plan/jobs_stage.hpp"

#include <nnflow/nnunet/splits.hpp>
#include <set>

#include "plan/job_order.hpp"

namespace nnflow::plan {

void JobsStage::describe(StageSpec& spec) {
  spec.summary("List what to repeat a pipeline for: configurations, or configurations and folds");
  spec.doc(
      "Of nnU-Net's configurations those that the plans do not have are left out with a message; "
      "none left is an error. A cascade comes after its previous stage. Where folds are given that "
      "do not validate every case, cascades are left out with a warning: each of their folds needs "
      "the previous stage's segmentations of all cases. Elements have `plans`, `configuration` "
      "and, when folds are given, `fold`.");
  spec.input(kPlans, "plans with the configurations")
      .output(kElements, "one element per combination");
  spec.optional_input(kDataset, "where its splits_final.json says how many folds there are");
  spec.params<Params>()
      .field("configurations", &Params::configurations,
             "configurations in the order to work through; empty: all of the plans")
      .field("folds", &Params::folds, "folds of each configuration; empty: no folds")
      .field("cascades", &Params::cascades,
             "configurations that need the result of another one: leave them out, take them too, "
             "or list only them, which may be none",
             Choices{{"leave_out", "take", "only"}})
      .field("previous_stages", &Params::previous_stages,
             "list what cascades need even where `configurations` does not name it")
      .field("distinct_data", &Params::distinct_data,
             "of configurations that share their preprocessed data list only the first");
}

void JobsStage::finish(Context& ctx) {
  // Wrong ones are an error now, not after hours of preprocessing.
  for (const std::string& fold : params_.folds) {
    static_cast<void>(nnunet::is_stored_fold(fold, nnunet::kDefaultFolds));
  }
  const nnunet::Plans& plans = ctx.get(kPlans);
  const nnunet::DatasetDescription* const dataset =
      ctx.has(kDataset) ? &ctx.get(kDataset) : nullptr;
  const bool covered = params_.folds.empty() || validate_every_case(params_.folds, dataset);
  const auto left_out = [&ctx](const std::string& name) {
    ctx.log(LogLevel::kInfo, "configuration " + name + " is not in the plans: left out");
  };
  std::set<std::string> data;
  Elements elements;
  for (const std::string& name :
       ordered_configurations(plans, params_.configurations, params_.previous_stages, left_out)) {
    const nnunet::ConfigurationPlan& configuration = plans.configuration(name);
    const bool cascade = configuration.previous_stage.has_value();
    if (params_.cascades == "only" && !cascade) continue;
    if (params_.cascades == "leave_out" && cascade) {
      ctx.log(LogLevel::kInfo,
              "configuration " + name + " refines the result of another one: left out");
      continue;
    }
    if (cascade && !covered) {
      ctx.log(params_.cascades == "only" ? LogLevel::kInfo : LogLevel::kWarning,
              "configuration " + name + " is left out: it refines the segmentations that " +
                  *configuration.previous_stage +
                  " makes in the validation of every fold, or of fold all; ask for all folds, or "
                  "train it by itself when they are there");
      continue;
    }
    if (params_.distinct_data && !data.insert(configuration.data_identifier).second) continue;
    for (const std::string& fold :
         params_.folds.empty() ? std::vector<std::string>{""} : params_.folds) {
      Value values;
      values.set("plans", plans.header().plans_name);
      values.set("configuration", name);
      if (!fold.empty()) values.set("fold", fold);
      elements.items.push_back({fold.empty() ? name : name + "_fold_" + fold, std::move(values)});
    }
  }
  if (elements.items.empty() && params_.cascades != "only") throw none_planned(plans);
  ctx.emit(kElements, std::move(elements));
}

}  // namespace nnflow::plan
