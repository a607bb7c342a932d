// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <filesystem>
#include <nnflow/nnunet/plans.hpp>
#include <nnflow/nnunet/py_json.hpp>
#include <string>
#include <vector>

#include "select/inference_report.hpp"
#include "select/results.hpp"
#include "select/stages.hpp"

namespace nnflow::select {
namespace {

namespace fs = std::filesystem;

struct ReportParams {
  std::string dataset;
  std::string workspace;
  std::vector<std::int64_t> folds{0, 1, 2, 3, 4};
  bool ensembling = true;
};

SelectedModel selected_model(const fs::path& folder) {
  SelectedModel model;
  const std::string name = folder.filename().string();
  const auto parsed = nnunet::ModelName::parse(name);
  if (!parsed) {
    throw Error(ErrorCode::kInvalidData,
                folder.string() + ": expected a name <trainer>__<plans>__<configuration>");
  }
  model.name = *parsed;
  const auto plans = nnunet::Plans::read(folder / "plans.json");
  model.previous_stage = plans.configuration(model.name.configuration).previous_stage.value_or("");
  return model;
}

fs::path full_path(const fs::path& path) { return fs::absolute(path).lexically_normal(); }

class ReportStage final : public ReduceStage {
 public:
  static constexpr OnceIn<Elements> kModels{"models"};
  static constexpr OnceIn<Elements> kEnsembles{"ensembles"};
  static constexpr OnceIn<Elements> kBest{"best"};

  static void describe(StageSpec& spec) {
    using P = ReportParams;
    spec.summary("Write which model or ensemble is the best and how to predict with it");
    spec.doc(
        "inference_information.json, and inference_instructions.txt with the commands, in the "
        "results folder of the data set (nnunet-inference 6.3).");
    spec.nondeterministic();  // it reads files
    spec.input(kModels, "models with the `folder` of their results");
    spec.input(kEnsembles, "ensembles likewise, with their `members`");
    spec.input(kBest, "the one that was chosen; its folder has postprocessed/summary.json");
    spec.params<P>()
        .field("dataset", &P::dataset, "raw data set's folder, name or number", Required{})
        .field("workspace", &P::workspace,
               "parent of nnUNet_preprocessed and nnUNet_results; empty: the environment variables "
               "of these names")
        .field("folds", &P::folds, "folds that the models were judged by")
        .field("ensembling", &P::ensembling, "ensembles were allowed")
        .check([](const P& p) { return check_folds(p.folds); });
  }
  explicit ReportStage(const StageConfig& config) : params_(config.params<ReportParams>()) {}

  void finish(Context& ctx) override {
    const ResultsPlace place = find_results(params_.dataset, params_.workspace);
    const Element& best = ctx.get(kBest).items.at(0);
    InferenceReport report;
    report.dataset = place.dataset;
    // The commands are run later, maybe from another folder.
    if (!params_.workspace.empty()) report.workspace = full_path(params_.workspace);
    report.folds = params_.folds;
    report.ensembling_allowed = params_.ensembling;
    report.folder = full_path(best.values.find("folder")->as_string());
    for (const Element& model : ctx.get(kModels).items) {
      const auto text = [&model](const char* key) { return model.values.find(key)->as_string(); };
      report.considered.push_back({text("trainer"), text("plans"), text("configuration")});
    }
    for (const auto& [element, score] : scores(ctx.get(kModels), ctx.get(kEnsembles))) {
      report.scores.emplace_back(element.id, score);
      if (element.id != best.id) continue;
      report.score = score;
      if (const Value* const members = element.values.find("members")) {
        for (const Value& member : members->as_array())
          report.selected.push_back(selected_model(member.as_string()));
      } else {
        report.selected.push_back(selected_model(report.folder.parent_path()));
      }
    }
    report.score_after = score_of(report.folder / "postprocessed");
    const std::string instructions = report.instructions();
    ctx.artifact(place.results() / "inference_information.json")
        .write_and_commit(nnunet::dump_json(report.information(),
                                            {.indent = 4, .sort_keys = true, .compact = false}));
    ctx.artifact(place.results() / "inference_instructions.txt").write_and_commit(instructions);
    ctx.log(LogLevel::kInfo, instructions);
  }

 private:
  const ReportParams params_;
};

}  // namespace

void add_report(Registry& registry) { registry.add<ReportStage>("select.report"); }

}  // namespace nnflow::select
