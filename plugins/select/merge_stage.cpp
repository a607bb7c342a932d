// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <filesystem>
#include <nnflow/nnunet/dataset.hpp>
#include <nnflow/nnunet/files.hpp>
#include <string>
#include <vector>

#include "select/results.hpp"
#include "select/stages.hpp"

namespace nnflow::select {
namespace {

namespace fs = std::filesystem;

struct MergeParams {
  std::string dataset;
  std::string workspace;
  std::string configuration;
  std::string plans_name = "nnUNetPlans";
  std::string trainer = "nnUNetTrainer";
  std::vector<std::int64_t> folds{0, 1, 2, 3, 4};
  std::string out;
  bool overwrite = true;
};

class MergeStage final : public ReduceStage {
 public:
  static constexpr OnceOut<Elements> kResults{"results"};

  static void describe(StageSpec& spec) {
    using P = MergeParams;
    spec.summary("Copy the validation segmentations of a model's folds into one folder");
    spec.doc(
        "With plans.json and dataset.json (nnunet-inference 6.2). The folder in the model's own is "
        "made anew unless told otherwise; another one must be empty, or is added to. Emits what to "
        "evaluate: one element with `folder`, `references` and `dataset_json`, none when nothing "
        "is new.");
    spec.nondeterministic();  // the files may have changed since
    spec.output(kResults, "the folder to evaluate");
    spec.params<P>()
        .field("dataset", &P::dataset, "raw data set's folder, name or number", Required{})
        .field("workspace", &P::workspace,
               "parent of nnUNet_preprocessed and nnUNet_results; empty: the environment variables "
               "of these names")
        .field("configuration", &P::configuration, "trained configuration", Required{})
        .field("plans_name", &P::plans_name, "plans identifier")
        .field("trainer", &P::trainer, "trainer class")
        .field("folds", &P::folds, "folds to merge")
        .field("out", &P::out, "folder of results; empty: crossval_results_folds_<folds>")
        .field("overwrite", &P::overwrite,
               "begin with an empty folder; otherwise add the segmentations it lacks")
        .check([](const P& p) { return check_folds(p.folds); });
  }
  explicit MergeStage(const StageConfig& config) : params_(config.params<MergeParams>()) {}

  void finish(Context& ctx) override {
    const ResultsPlace place = find_results(params_.dataset, params_.workspace);
    const fs::path model = nnunet::model_folder(
        place.roots, place.dataset, {params_.trainer, params_.plans_name, params_.configuration});
    const auto dataset = nnunet::DatasetDescription::read_file(model / "dataset.json");
    const auto files = validation_files(model, params_.folds, dataset.file_ending);

    const fs::path target = prepare_target(model);
    // Those of the model as it is now, whatever an earlier run left.
    for (const char* const name : {"dataset.json", "plans.json"}) {
      ctx.artifact(target / name).write_and_commit(nnunet::read_file(model / name));
    }
    std::size_t copied = 0;
    for (const auto& [name, file] : files) {
      std::error_code ignored;
      if (!params_.overwrite && fs::exists(target / name, ignored)) continue;
      // It does not judge what is added; without it a run that ends here is made up for.
      if (copied == 0) fs::remove(target / "summary.json", ignored);
      ctx.artifact(target / name).write_and_commit(nnunet::read_file(file));
      ++copied;
    }
    Elements results;
    if (copied > 0 || !fs::exists(target / "summary.json")) {
      Value values;
      values.set("folder", target.string());
      values.set("references", place.references(true).string());
      values.set("dataset_json", (target / "dataset.json").string());
      results.items.push_back({"merged", std::move(values)});
    }
    ctx.log(LogLevel::kInfo, std::to_string(copied) + " files copied to " + target.string());
    ctx.emit(kResults, std::move(results));
  }

 private:
  [[nodiscard]] fs::path prepare_target(const fs::path& model) const {
    if (params_.out.empty()) {
      fs::path target = merged_folder(model, params_.folds);
      if (params_.overwrite) fs::remove_all(target);
      return target;
    }
    if (params_.overwrite && !is_free(params_.out)) {
      throw Error(ErrorCode::kInvalidParam,
                  "out: " + params_.out +
                      " is not empty; expected an empty or a new folder, or --no_overwrite to add "
                      "what the folder lacks");
    }
    return params_.out;
  }

  const MergeParams params_;
};

}  // namespace

void add_merge(Registry& registry) { registry.add<MergeStage>("select.merge"); }

}  // namespace nnflow::select
