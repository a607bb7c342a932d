// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <nnflow/nnunet/py_json.hpp>
#include <string>
#include <utility>

#include "select/results.hpp"
#include "select/stages.hpp"

namespace nnflow::select {
namespace {

struct BestParams {
  std::string dataset;
  std::string workspace;
};

class BestStage final : public ReduceStage {
 public:
  static constexpr OnceIn<Elements> kModels{"models"};
  static constexpr OnceIn<Elements> kEnsembles{"ensembles"};
  static constexpr OnceOut<Elements> kBest{"best"};

  static void describe(StageSpec& spec) {
    using P = BestParams;
    spec.summary("Choose the model or ensemble with the best cross-validation");
    spec.doc(
        "By the mean foreground Dice of summary.json in the folder of each; of equals the first, "
        "models before ensembles (nnunet-inference 6.3). A Dice that is not a number, of a label "
        "that no case has, never wins.");
    spec.nondeterministic();  // it reads files
    spec.input(kModels, "models with the `folder` of their results");
    spec.input(kEnsembles, "ensembles likewise");
    spec.output(kBest, "one element with `folder` and `references`");
    spec.params<P>()
        .field("dataset", &P::dataset, "raw data set's folder, name or number", Required{})
        .field("workspace", &P::workspace,
               "parent of nnUNet_preprocessed and nnUNet_results; empty: the environment variables "
               "of these names");
  }
  explicit BestStage(const StageConfig& config) : params_(config.params<BestParams>()) {}

  void finish(Context& ctx) override {
    const auto all = scores(ctx.get(kModels), ctx.get(kEnsembles));
    if (all.empty()) {
      throw Error(ErrorCode::kInvalidData, "there is nothing to choose from; expected a model");
    }
    const std::size_t best = best_of(all);
    for (const auto& [element, score] : all) {
      ctx.log(std::isnan(score) ? LogLevel::kWarning : LogLevel::kInfo,
              element.id + ": " + nnunet::dump_json(nnunet::Json(score)) +
                  (std::isnan(score) ? ", no number: a label is in no case; not considered" : ""));
    }
    ctx.log(LogLevel::kInfo, "best: " + all[best].first.id);
    Value values;
    values.set("folder", all[best].first.values.find("folder")->as_string());
    values.set("references",
               find_results(params_.dataset, params_.workspace).references(false).string());
    Elements chosen;
    chosen.items.push_back({all[best].first.id, std::move(values)});
    ctx.emit(kBest, std::move(chosen));
  }

 private:
  const BestParams params_;
};

}  // namespace

void add_best(Registry& registry) { registry.add<BestStage>("select.best"); }

}  // namespace nnflow::select
