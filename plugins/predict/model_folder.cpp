// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "predict/model_folder.hpp"

#include <algorithm>
#include <array>
#include <mutex>
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

std::vector<std::string> require_folds(const ModelFiles& files,
                                       std::vector<std::string> folds,
                                       const std::string& checkpoint) {
  const std::string folder = files.folder().string();
  const auto present = files.folds(checkpoint);
  if (folds.empty()) folds = present;
  if (folds.empty()) {
    const bool all = files.has("fold_all/" + checkpoint);
    throw Error(ErrorCode::kIo, folder + ": no fold has " + checkpoint +
                                    (all ? " but fold_all: predict with -f all" : ""));
  }
  std::vector<std::string> missing;
  for (const auto& fold : folds) {
    const std::string name = nnunet::fold_folder(fold) + "/" + checkpoint;
    if (!files.has(name)) missing.push_back(name);
  }
  if (!missing.empty()) {
    auto found = present;
    if (files.has("fold_all/" + checkpoint)) found.emplace_back("all");
    throw Error(ErrorCode::kIo, folder + ": missing " + joined(missing) + "; folds with " +
                                    checkpoint + ": " + joined(found));
  }
  return folds;
}

/// Of the files' content; remembered for the next run of the process.
std::string known_digest(const std::vector<fs::path>& files) {
  static std::mutex mutex;
  static nnunet::FileDigests digests;
  const std::lock_guard lock(mutex);
  return digests.of(files);
}

/// nnU-Net's trainers that build another network than the plans say.
bool changes_network(std::string_view trainer) {
  return !trainer.starts_with("nnUNetTrainer") || trainer.find("Primus") != trainer.npos;
}

}  // namespace

ModelFolder open_model_folder(const ModelFiles& files,
                              std::vector<std::string> folds,
                              const std::string& checkpoint,
                              const std::string& accepted_trainer) {
  const fs::path& folder = files.folder();
  ModelFolder result;
  result.model.folder = folder;
  result.model.checkpoint = checkpoint;
  result.model.folds = require_folds(files, std::move(folds), checkpoint);
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
  std::vector<std::string> names;
  for (const auto& fold : result.model.folds) {
    names.push_back(nnunet::fold_folder(fold) + "/" + checkpoint);
  }
  result.model.weights_digest = known_digest(files.contents(names));
  return result;
}

}  // namespace nnflow::predict
