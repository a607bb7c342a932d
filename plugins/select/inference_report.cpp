// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "select/inference_report.hpp"

#include <string_view>

namespace nnflow::select {

namespace {

/// A path as a shell takes it.
std::string shell_word(const std::filesystem::path& path) {
  const std::string text = path.string();
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=.,:/@%";
  if (!text.empty() && text.find_first_not_of(kPlain) == std::string::npos) return text;
  std::string word = "'";
  for (const char c : text) {
    if (c == '\'') {
      word += "'\\''";
    } else {
      word += c;
    }
  }
  return word + "'";
}

std::string predict_command(const InferenceReport& report,
                            const nnunet::ModelName& model,
                            const std::string& out) {
  std::string text = "nnflow predict -d " + report.dataset;
  if (!report.workspace.empty()) text += " --workspace " + shell_word(report.workspace);
  text += " -i INPUT_FOLDER -o " + out + " -f";
  for (const std::int64_t fold : report.folds) text += " " + std::to_string(fold);
  return text + " -tr " + model.trainer + " -c " + model.configuration + " -p " + model.plans;
}

}  // namespace

nnunet::Json InferenceReport::information() const {
  nnunet::Json results = nnunet::Json::object();
  for (const auto& [name, value] : scores) results[name] = value;
  nnunet::Json models = nnunet::Json::array();
  for (const SelectedModel& model : selected) {
    models.push_back({{"configuration", model.name.configuration},
                      {"trainer", model.name.trainer},
                      {"plans_identifier", model.name.plans}});
  }
  nnunet::Json all = nnunet::Json::array();
  for (const nnunet::ModelName& model : considered) {
    all.push_back({{"plans", model.plans},
                   {"configuration", model.configuration},
                   {"trainer", model.trainer}});
  }
  return {{"folds", folds},
          {"dataset_name_or_id", dataset},
          {"considered_models", all},
          {"ensembling_allowed", ensembling_allowed},
          {"all_results", results},
          {"best_model_or_ensemble",
           {{"result_on_crossval_pre_pp", score},
            {"result_on_crossval_post_pp", score_after},
            {"postprocessing_file", (folder / "postprocessing.pkl").string()},
            {"some_plans_file", (folder / "plans.json").string()},
            {"selected_model_or_models", models}}}};
}

std::string InferenceReport::instructions() const {
  const bool ensemble = selected.size() > 1;
  std::string text = "***Run inference like this:***\n\n";
  if (ensemble) {
    text +=
        "An ensemble won! Run the following commands to run predictions with the ensemble "
        "members:\n\n";
  }
  std::string folders;
  for (std::size_t i = 0; i < selected.size(); ++i) {
    const SelectedModel& model = selected[i];
    const std::string out =
        ensemble ? "OUTPUT_FOLDER_MODEL_" + std::to_string(i + 1) : "OUTPUT_FOLDER";
    folders += " " + out;
    std::string previous;
    if (!model.previous_stage.empty()) {
      nnunet::ModelName first = model.name;
      first.configuration = model.previous_stage;
      text += predict_command(*this, first, "OUTPUT_FOLDER_PREV_STAGE") + "\n";
      previous = " -prev_stage_predictions OUTPUT_FOLDER_PREV_STAGE";
    }
    text += predict_command(*this, model.name, out) + previous +
            (ensemble ? " --save_probabilities\n" : "\n");
  }
  if (ensemble) {
    text += "\nThen run ensembling with:\n\nnnflow ensemble -i" + folders + " -o OUTPUT_FOLDER\n";
  }
  text += "\n***Once inference is completed, run postprocessing like this:***\n\n";
  text += "nnflow apply_postprocessing -i OUTPUT_FOLDER -o OUTPUT_FOLDER_PP -pp_pkl_file ";
  text += shell_word(folder / "postprocessing.pkl");
  text += " -plans_json " + shell_word(folder / "plans.json") + "\n";
  return text;
}

}  // namespace nnflow::select
