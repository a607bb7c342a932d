// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "plan/jobs_stage.hpp"

#include <nnflow/nnunet/default_configurations.hpp>
#include <nnflow/nnunet/splits.hpp>

namespace nnflow::plan {
namespace {

std::string names_of(const nnunet::Plans& plans) {
  std::string names;
  for (const std::string& name : plans.configuration_names())
    names += (names.empty() ? "" : ", ") + name;
  return names;
}

}  // namespace

void JobsStage::describe(StageSpec& spec) {
  spec.summary("List what to repeat a pipeline for: configurations, or configurations and folds");
  spec.doc(
      "Of nnU-Net's configurations those that the plans do not have are left out with a message; "
      "none left is an error. "
      "Elements have `plans`, `configuration` and, when folds are given, `fold`.");
  spec.input(kPlans, "plans with the configurations")
      .output(kElements, "one element per combination");
  spec.params<Params>()
      .field("configurations", &Params::configurations,
             "configurations in the order to work through; empty: all of the plans")
      .field("folds", &Params::folds, "folds of each configuration; empty: no folds")
      .field("cascades", &Params::cascades,
             "take configurations that need the result of another one");
}

void JobsStage::finish(Context& ctx) {
  // Wrong ones are an error now, not after hours of preprocessing.
  for (const std::string& fold : params_.folds) {
    static_cast<void>(nnunet::is_stored_fold(fold, nnunet::kDefaultFolds));
  }
  const nnunet::Plans& plans = ctx.get(kPlans);
  std::vector<std::string> wanted =
      params_.configurations.empty() ? plans.configuration_names() : params_.configurations;
  Elements elements;
  for (const std::string& name : wanted) {
    if (!plans.has_configuration(name) && !nnunet::is_default_configuration(name)) {
      throw Error(ErrorCode::kInvalidParam, "parameter configurations: " + name + " is not in " +
                                                plans.source() +
                                                "; expected some of: " + names_of(plans));
    }
    if (!plans.has_configuration(name)) {
      ctx.log(LogLevel::kInfo, "configuration " + name + " is not in the plans: left out");
      continue;
    }
    if (!params_.cascades && plans.configuration(name).previous_stage) {
      ctx.log(LogLevel::kInfo,
              "configuration " + name + " refines the result of another one: left out");
      continue;
    }
    for (const std::string& fold :
         params_.folds.empty() ? std::vector<std::string>{""} : params_.folds) {
      Value values;
      values.set("plans", plans.header().plans_name);
      values.set("configuration", name);
      if (!fold.empty()) values.set("fold", fold);
      elements.items.push_back({fold.empty() ? name : name + "_fold_" + fold, std::move(values)});
    }
  }
  if (elements.items.empty()) {
    throw Error(ErrorCode::kInvalidParam, "parameter configurations: none of them is in " +
                                              plans.source() +
                                              "; expected some of: " + names_of(plans));
  }
  ctx.emit(kElements, std::move(elements));
}

}  // namespace nnflow::plan
