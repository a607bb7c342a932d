// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <map>
#include <nnflow/nnunet/splits.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "select/stages.hpp"

namespace nnflow::select {
namespace {

/// `select.crossval`: of trained folds, the configurations that can be compared.
class CrossvalStage final : public ReduceStage {
 public:
  static constexpr OnceIn<Elements> kTrained{"trained"};
  static constexpr OnceOut<Elements> kComplete{"complete"};

  static void describe(StageSpec& spec) {
    spec.summary("List the configurations of which all five folds are trained").cache_version(1);
    spec.input(kTrained, "elements with `plans`, `configuration` and `fold`, as of plan.jobs");
    spec.output(kComplete,
                "one element with `plans`, `configurations` and `folds`; none where no "
                "configuration has all folds");
  }
  explicit CrossvalStage(const StageConfig& /*config*/) {}

  void finish(Context& ctx) override {
    std::vector<std::string> order;
    std::map<std::string, std::set<std::string>> folds;
    std::string plans;
    for (const Element& element : ctx.get(kTrained).items) {
      plans = element.values.find("plans")->as_string();
      const std::string configuration = element.values.find("configuration")->as_string();
      if (!folds.contains(configuration)) order.push_back(configuration);
      auto& trained = folds[configuration];
      if (const Value* const fold = element.values.find("fold")) trained.insert(fold->as_string());
    }
    Value::Array all;
    for (std::size_t fold = 0; fold < nnunet::kDefaultFolds; ++fold) {
      all.emplace_back(static_cast<std::int64_t>(fold));
    }
    Value::Array complete;
    for (const std::string& configuration : order) {
      bool whole = true;
      for (std::size_t fold = 0; fold < nnunet::kDefaultFolds; ++fold) {
        whole = whole && folds[configuration].contains(std::to_string(fold));
      }
      if (whole) complete.emplace_back(configuration);
    }
    Elements result;
    if (!complete.empty()) {
      Value values;
      values.set("plans", plans);
      values.set("configurations", Value(std::move(complete)));
      values.set("folds", Value(std::move(all)));
      result.items.push_back({"all_folds", std::move(values)});
    }
    ctx.emit(kComplete, std::move(result));
  }
};

}  // namespace

void add_crossval(Registry& registry) { registry.add<CrossvalStage>("select.crossval"); }

}  // namespace nnflow::select
