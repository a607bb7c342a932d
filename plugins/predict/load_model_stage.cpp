// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "predict/load_model_stage.hpp"

#include <filesystem>
#include <nnflow/nnunet/checkpoint_name.hpp>
#include <nnflow/nnunet/folder_contents.hpp>
#include <nnflow/nnunet/paths.hpp>
#include <utility>

#include "predict/model_folder.hpp"

namespace nnflow::predict {

namespace {

namespace fs = std::filesystem;

fs::path named_folder(const LoadModelParams& params) {
  auto roots = nnunet::Roots::from_environment();
  if (!params.workspace.empty()) roots.results = fs::path(params.workspace) / "nnUNet_results";
  std::error_code ignored;
  const std::string name = fs::is_directory(params.dataset, ignored)
                               ? nnunet::find_raw_dataset(params.dataset, roots).filename().string()
                               : nnunet::dataset_name(params.dataset, roots);
  return nnunet::model_folder(roots, name,
                              {params.trainer, params.plans_name, params.configuration});
}

/// A folder that is named holds one model: what else was asked for must be this model's.
void refuse_another(const LoadModelParams& params, const ModelFolder& opened) {
  const LoadModelParams defaults;
  const auto compare = [&](const char* name, const std::string& asked, const std::string& usual,
                           const std::string& found) {
    if (asked == usual || asked == found) return;
    throw Error(ErrorCode::kInvalidParam, std::string(name) + ": got '" + asked + "', but " +
                                              opened.model.folder.string() + " is a model of '" +
                                              found + "'");
  };
  compare("configuration", params.configuration, defaults.configuration,
          opened.model.configuration);
  compare("trainer", params.trainer, defaults.trainer, opened.model.trainer);
  compare("plans_name", params.plans_name, defaults.plans_name, opened.plans.header().plans_name);
}

}  // namespace

void LoadModelStage::describe(StageSpec& spec) {
  spec.summary("Open a trained model folder").cache_version(1);
  spec.doc(
      "Reads plans.json and dataset.json and looks for the checkpoint of every fold. "
      "Configuration, "
      "trainer and mirroring axes are those of the first one. The predicting stage loads weights.");
  spec.nondeterministic();  // what it reads may have changed since
  spec.output(kModel, "where the weights are and how they were trained");
  spec.output(kPlans, "plans of the model");
  spec.output(kDataset, "labels and channels of the model");
  spec.params<LoadModelParams>()
      .field("model_folder", &LoadModelParams::model_folder,
             "folder with plans.json, dataset.json and fold_<k>, or a zip archive that holds one")
      .field("dataset", &LoadModelParams::dataset,
             "instead of model_folder: a raw data set's folder, name or id")
      .field("workspace", &LoadModelParams::workspace,
             "with dataset: parent of nnUNet_results; empty = as the environment says")
      .field("configuration", &LoadModelParams::configuration,
             "with dataset, or an archive of several models: the trained configuration; of a "
             "model_folder that is no archive, it must be the model's own, as trainer and "
             "plans_name must where they are not the defaults")
      .field("plans_name", &LoadModelParams::plans_name, "with dataset: the plans identifier")
      .field("trainer", &LoadModelParams::trainer, "with dataset: the trainer class")
      .field("folds", &LoadModelParams::folds,
             "folds to average, such as 0 or all; empty = every numbered fold found")
      .field("checkpoint", &LoadModelParams::checkpoint, "file name of the weights in each fold")
      .field("accept_trainer", &LoadModelParams::accept_trainer,
             "unknown trainer class whose network is taken to be the one of the plans")
      .field("results", &LoadModelParams::results,
             "where predictions will go: no file, and not named like an image; empty = not checked")
      .check([](const LoadModelParams& p) {
        const bool by_name = !p.dataset.empty() && !p.configuration.empty();
        const bool good = p.model_folder.empty() ? by_name : p.dataset.empty();
        return good ? "" : "give model_folder, or dataset and configuration";
      })
      .check([](const LoadModelParams& p) { return nnunet::wrong_checkpoint_name(p.checkpoint); });
}

void LoadModelStage::finish(Context& ctx) {
  nnunet::require_results_folder(params_.results);
  const auto folder =
      params_.model_folder.empty() ? named_folder(params_) : fs::path(params_.model_folder);
  ModelFolder opened = open_model_folder(
      ModelFiles(folder, {params_.configuration, params_.trainer, params_.plans_name}),
      params_.folds, params_.checkpoint, params_.accept_trainer);
  std::error_code ignored;
  if (!params_.model_folder.empty() && fs::is_directory(folder, ignored))
    refuse_another(params_, opened);
  std::string folds;
  for (const auto& fold : opened.model.folds) folds += " " + fold;
  ctx.log(LogLevel::kInfo, "model " + opened.model.folder.string() + ", configuration " +
                               opened.model.configuration + ", folds" + folds);
  ctx.emit(kModel, std::move(opened.model));
  ctx.emit(kPlans, std::move(opened.plans));
  ctx.emit(kDataset, std::move(opened.dataset));
}

}  // namespace nnflow::predict
