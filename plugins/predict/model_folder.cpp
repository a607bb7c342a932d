// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "predict/model_folder.hpp"

#include <algorithm>
#include <array>
#include <nnflow/error.hpp>
#include <nnflow/networks/checkpoint.hpp>
#include <nnflow/nnunet/file_digest.hpp>
#include <nnflow/nnunet/paths.hpp>
#include <string_view>
#include <utility>

namespace nnflow::predict {

namespace {

namespace fs = std::filesystem;

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const auto& part : parts) text += (text.empty() ? "" : ", ") + part;
  return text.empty() ? "none" : text;
}

void require_folder(const fs::path& folder) {
  std::error_code ignored;
  if (!fs::is_directory(folder, ignored)) {
    throw Error(
        ErrorCode::kIo,
        folder.string() + ": no such model folder; expected plans.json, dataset.json and fold_<k>");
  }
  std::vector<std::string> missing;
  for (const char* name : {"plans.json", "dataset.json"}) {
    if (!fs::is_regular_file(folder / name, ignored)) missing.emplace_back(name);
  }
  if (!missing.empty()) {
    throw Error(ErrorCode::kIo,
                folder.string() + ": not a model folder, it lacks " + joined(missing));
  }
}

std::vector<std::string> require_folds(const fs::path& folder,
                                       std::vector<std::string> folds,
                                       const std::string& checkpoint) {
  const auto present = nnunet::detect_folds(folder, checkpoint);
  if (folds.empty()) folds = present;
  if (folds.empty()) {
    throw Error(ErrorCode::kIo, folder.string() + ": no fold has " + checkpoint);
  }
  std::vector<std::string> missing;
  std::error_code ignored;
  for (const auto& fold : folds) {
    const auto path = folder / nnunet::fold_folder(fold) / checkpoint;
    if (!fs::is_regular_file(path, ignored))
      missing.push_back(nnunet::fold_folder(fold) + "/" + checkpoint);
  }
  if (!missing.empty()) {
    auto found = present;
    if (fs::is_regular_file(folder / "fold_all" / checkpoint, ignored)) found.emplace_back("all");
    throw Error(ErrorCode::kIo, folder.string() + ": missing " + joined(missing) + "; folds with " +
                                    checkpoint + ": " + joined(found));
  }
  return folds;
}

/// nnU-Net's trainers that build another network than the plans say.
bool changes_network(std::string_view trainer) {
  return !trainer.starts_with("nnUNetTrainer") || trainer.find("Primus") != trainer.npos;
}

}  // namespace

ModelFolder open_model_folder(const fs::path& folder,
                              std::vector<std::string> folds,
                              const std::string& checkpoint,
                              const std::string& accepted_trainer) {
  require_folder(folder);
  ModelFolder result;
  result.model.folder = folder;
  result.model.checkpoint = checkpoint;
  result.model.folds = require_folds(folder, std::move(folds), checkpoint);
  result.plans = nnunet::Plans::read(folder / "plans.json");
  result.dataset = nnunet::DatasetDescription::read_file(folder / "dataset.json");

  const fs::path first = result.model.checkpoint_path(result.model.folds.front());
  const networks::CheckpointFile file(first);
  const auto& info = file.info();
  if (info.configuration.empty()) {
    throw Error(
        ErrorCode::kInvalidData,
        first.string() + ": names no configuration in init_args; expected a trainer's checkpoint");
  }
  if (!result.plans.has_configuration(info.configuration)) {
    throw Error(ErrorCode::kInvalidData,
                first.string() + ": was trained with configuration " + info.configuration +
                    ", which " + (folder / "plans.json").string() + " does not have; it has " +
                    joined(result.plans.configuration_names()));
  }
  if (changes_network(info.trainer_name) && info.trainer_name != accepted_trainer) {
    throw Error(ErrorCode::kInvalidData, first.string() + ": was made by trainer " +
                                             info.trainer_name +
                                             ", whose network may differ from the plans; name it "
                                             "in accept_trainer to use the planned network");
  }
  result.model.configuration = info.configuration;
  result.model.trainer = info.trainer_name;
  result.model.mirror_axes = info.mirror_axes;
  std::vector<fs::path> files;
  for (const auto& fold : result.model.folds) files.push_back(result.model.checkpoint_path(fold));
  result.model.weights_digest = nnunet::FileDigests().of(files);
  return result;
}

}  // namespace nnflow::predict
