// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "select/stages.hpp"

namespace nnflow::select {
namespace {

/// `select.crossval`: of trained folds, the configurations that can be compared: those with every
/// fold that any of them has.
class CrossvalStage final : public ReduceStage {
 public:
  static constexpr OnceIn<Elements> kTrained{"trained"};
  static constexpr OnceOut<Elements> kComplete{"complete"};

  static void describe(StageSpec& spec) {
    spec.summary(
            "List the configurations that can be compared: all folds are trained, two at least")
        .cache_version(2);
    spec.input(kTrained, "elements with `plans`, `configuration` and `fold`, as of plan.jobs");
    spec.output(
        kComplete,
        "one element with `plans`, `configurations` and `folds`, those of any configuration "
        "but `all`; none where there are fewer than two, or no configuration has them all");
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
    std::set<std::string> every;
    for (const auto& [configuration, trained] : folds) every.insert(trained.begin(), trained.end());
    every.erase("all");  // its cases are those it was trained on
    Value::Array numbers;
    for (const std::string& fold : every)
      numbers.emplace_back(static_cast<std::int64_t>(std::stoll(fold)));
    Value::Array complete;
    for (const std::string& configuration : order) {
      const auto& trained = folds[configuration];
      if (std::includes(trained.begin(), trained.end(), every.begin(), every.end()))
        complete.emplace_back(configuration);
    }
    Elements result;
    if (every.size() > 1 && !complete.empty()) {
      Value values;
      values.set("plans", plans);
      values.set("configurations", Value(std::move(complete)));
      values.set("folds", Value(std::move(numbers)));
      result.items.push_back({"all_folds", std::move(values)});
    }
    ctx.emit(kComplete, std::move(result));
  }
};

}  // namespace

void add_crossval(Registry& registry) { registry.add<CrossvalStage>("select.crossval"); }

}  // namespace nnflow::select
