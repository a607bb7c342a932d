// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "predict/model_files.hpp"

#include <algorithm>
#include <nnflow/error.hpp>
#include <nnflow/nnunet/folder_contents.hpp>
#include <nnflow/nnunet/model.hpp>
#include <nnflow/nnunet/paths.hpp>
#include <set>

namespace nnflow::predict {

namespace {

namespace fs = std::filesystem;

bool fits(const std::string& wanted, const std::string& found) {
  return wanted.empty() || wanted == found;
}

/// How well a folder's name fits: the configuration must, trainer and plans (which have defaults)
/// decide between several.
int rank(const std::string& folder, const ModelChoice& choice) {
  const auto name = nnunet::ModelName::parse(fs::path(folder).filename().string());
  if (!name) return choice.configuration.empty() ? 0 : -1;
  if (!fits(choice.configuration, name->configuration)) return -1;
  return fits(choice.trainer, name->trainer) && fits(choice.plans, name->plans) ? 1 : 0;
}

}  // namespace

ModelFiles::ModelFiles(const fs::path& place, const ModelChoice& choice) : folder_(place) {
  std::error_code ignored;
  if (fs::is_regular_file(place, ignored)) {
    archive_.emplace(place);
    choose(choice);
  } else if (auto inside = nnunet::archived_path(place)) {
    archive_.emplace(inside->archive);
    prefix_ = inside->name + "/";
  } else if (!fs::is_directory(place, ignored)) {
    const fs::path named = place.has_filename() ? place : place.parent_path();
    const std::string dataset = fs::absolute(named).parent_path().string();
    throw Error(ErrorCode::kIo,
                place.string() +
                    ": no such model folder; expected plans.json, dataset.json and fold_<k>; "
                    "models in " +
                    dataset + ": " + nnunet::models_in(dataset));
  }
  std::string missing;
  for (const char* name : {"plans.json", "dataset.json"}) {
    if (!has(name)) missing += (missing.empty() ? "" : ", ") + std::string(name);
  }
  if (!missing.empty()) {
    throw Error(ErrorCode::kIo, folder_.string() + ": not a model folder, it lacks " + missing);
  }
}

void ModelFiles::choose(const ModelChoice& choice) {
  std::set<std::string> found;
  for (const auto& entry : archive_->entries()) {
    const fs::path name = entry.name;
    if (entry.folder || name.filename() != "plans.json") continue;
    const std::string folder = name.parent_path().generic_string();
    const std::string begin = folder.empty() ? "" : folder + "/";
    // The folders of cross-validations and ensembles have plans and no fold.
    const bool has_fold =
        std::any_of(archive_->entries().begin(), archive_->entries().end(), [&](const auto& other) {
          return !other.folder && other.name.starts_with(begin + "fold_");
        });
    if (has_fold && archive_->find(begin + "dataset.json") != nullptr) found.insert(folder);
  }
  std::vector<std::string> best;
  int highest = 0;
  for (const auto& folder : found) {
    const int its_rank = rank(folder, choice);
    if (its_rank < highest) continue;
    if (its_rank > highest) best.clear();
    highest = its_rank;
    best.push_back(folder);
  }
  if (best.size() == 1) {
    prefix_ = best.front().empty() ? "" : best.front() + "/";
    folder_ = best.front().empty() ? archive_->path() : archive_->path() / best.front();
    return;
  }
  std::string text;
  for (const auto& folder : found) text += "\n  " + folder;
  const std::string path = archive_->path().string();
  if (found.empty()) {
    throw Error(ErrorCode::kInvalidData,
                path +
                    ": holds no model; expected a folder with plans.json, dataset.json and "
                    "fold_<k>");
  }
  const std::string what = best.empty()
                               ? "no model of configuration " + choice.configuration + "; it has:"
                               : "several models; choose one with -c, -tr and -p:";
  throw Error(ErrorCode::kInvalidData, path + ": holds " + what + text);
}

bool ModelFiles::has(const std::string& name) const {
  std::error_code ignored;
  return archive_ ? archive_->find(prefix_ + name) != nullptr
                  : fs::is_regular_file(folder_ / name, ignored);
}

std::vector<std::string> ModelFiles::folds(const std::string& checkpoint) const {
  if (!archive_) return nnunet::detect_folds(folder_, checkpoint);
  const std::string begin = prefix_ + "fold_";
  const std::string end = "/" + checkpoint;
  std::vector<std::string> folds;
  for (const auto& entry : archive_->entries()) {
    const std::string& name = entry.name;
    if (entry.folder || !name.starts_with(begin) || !name.ends_with(end)) continue;
    const std::string fold = name.substr(begin.size(), name.size() - begin.size() - end.size());
    if (fold != "all" && fold.find('/') == std::string::npos) folds.push_back(fold);
  }
  std::sort(folds.begin(), folds.end());
  return folds;
}

std::vector<fs::path> ModelFiles::contents(const std::vector<std::string>& names) const {
  if (archive_) return {archive_->path()};
  std::vector<fs::path> files;
  for (const auto& name : names) files.push_back(folder_ / name);
  return files;
}

}  // namespace nnflow::predict
