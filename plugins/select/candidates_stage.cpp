// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "select/results.hpp"
#include "select/stages.hpp"

namespace nnflow::select {
namespace {

namespace fs = std::filesystem;

struct CandidatesParams {
  std::string dataset;
  std::string workspace;
  std::vector<std::string> plans{"nnUNetPlans"};
  std::vector<std::string> configurations{"2d", "3d_fullres", "3d_lowres", "3d_cascade_fullres"};
  std::vector<std::string> trainers{"nnUNetTrainer"};
  std::vector<std::int64_t> folds{0, 1, 2, 3, 4};
  bool ensembling = true;
};

class CandidatesStage final : public ReduceStage {
 public:
  static constexpr OnceOut<Elements> kModels{"models"};
  static constexpr OnceOut<Elements> kEnsembles{"ensembles"};

  static void describe(StageSpec& spec) {
    using P = CandidatesParams;
    spec.summary("List the trained models to choose from, and the pairs of them to ensemble");
    spec.doc(
        "Trainers, then configurations, then plans (nnunet-inference 6.3). A configuration that "
        "the "
        "plans in the preprocessed folder do not have is left out with a message; one without a "
        "model folder is an error.");
    spec.nondeterministic();  // the folders may have changed since
    spec.output(kModels,
                "`configuration`, `plans`, `trainer` and the `folder` of the results of each");
    spec.output(kEnsembles,
                "`members` (two model folders), `folder` and `references` of each pair");
    spec.params<P>()
        .field("dataset", &P::dataset, "raw data set's folder, name or number", Required{})
        .field("workspace", &P::workspace,
               "parent of nnUNet_preprocessed and nnUNet_results; empty: the environment variables "
               "of these names")
        .field("plans", &P::plans, "plans identifiers")
        .field("configurations", &P::configurations, "configurations")
        .field("trainers", &P::trainers, "trainer classes")
        .field("folds", &P::folds, "folds that every model must have")
        .field("ensembling", &P::ensembling, "list pairs")
        .check([](const P& p) { return check_folds(p.folds); });
  }
  explicit CandidatesStage(const StageConfig& config)
      : params_(config.params<CandidatesParams>()) {}

  void finish(Context& ctx) override {
    const ResultsPlace place = find_results(params_.dataset, params_.workspace);
    const CandidateNames names_to_look_for{params_.trainers, params_.configurations, params_.plans};
    const auto names = trained_models(place, names_to_look_for, [&ctx](const std::string& text) {
      ctx.log(LogLevel::kInfo, text);
    });
    Elements models;
    Elements ensembles;
    for (std::size_t i = 0; i < names.size(); ++i) {
      const fs::path folder = nnunet::model_folder(place.roots, place.dataset, names[i]);
      Value values;
      values.set("configuration", names[i].configuration);
      values.set("plans", names[i].plans);
      values.set("trainer", names[i].trainer);
      values.set("folder", merged_folder(folder, params_.folds).string());
      models.items.push_back({names[i].folder_name(), std::move(values)});
      for (std::size_t j = i + 1; params_.ensembling && j < names.size(); ++j) {
        const std::string name = ensemble_name(names[i], names[j], params_.folds);
        Value::Array members;
        members.emplace_back(folder.string());
        members.emplace_back(nnunet::model_folder(place.roots, place.dataset, names[j]).string());
        Value pair;
        pair.set("members", Value(std::move(members)));
        pair.set("folder", (place.results() / "ensembles" / name).string());
        pair.set("references", place.references(false).string());
        ensembles.items.push_back({name, std::move(pair)});
      }
    }
    ctx.emit(kModels, std::move(models));
    ctx.emit(kEnsembles, std::move(ensembles));
  }

 private:
  const CandidatesParams params_;
};

}  // namespace

void add_candidates(Registry& registry) { registry.add<CandidatesStage>("select.candidates"); }

}  // namespace nnflow::select
