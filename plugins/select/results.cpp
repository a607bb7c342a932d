// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "select/results.hpp"

#include <cmath>
#include <nnflow/error.hpp>
#include <nnflow/nnunet/metrics.hpp>
#include <nnflow/nnunet/plans.hpp>
#include <set>

namespace nnflow::select {

namespace fs = std::filesystem;

fs::path ResultsPlace::results() const { return roots.require_results() / dataset; }

fs::path ResultsPlace::references(bool prefer_raw) const {
  std::vector<fs::path> places;
  if (roots.preprocessed) places.push_back(*roots.preprocessed / dataset / "gt_segmentations");
  if (roots.raw) {
    places.insert(prefer_raw ? places.begin() : places.end(), *roots.raw / dataset / "labelsTr");
  }
  std::string searched;
  for (const fs::path& place : places) {
    std::error_code ignored;
    if (fs::is_directory(place, ignored)) return place;
    searched += (searched.empty() ? "" : " and ") + place.string();
  }
  throw Error(ErrorCode::kIo,
              "no reference segmentations of " + dataset + ": expected " +
                  (searched.empty() ? "nnUNet_raw or nnUNet_preprocessed to be set" : searched));
}

ResultsPlace find_results(const std::string& dataset, const std::string& workspace) {
  ResultsPlace place;
  place.roots = nnunet::Roots::with_workspace(workspace);
  std::error_code ignored;
  if (!fs::is_directory(dataset, ignored)) {
    place.dataset = nnunet::dataset_name(dataset, place.roots);
    return place;
  }
  const fs::path folder = nnunet::find_raw_dataset(dataset, place.roots);
  place.dataset = folder.filename().string();
  place.roots.raw = folder.parent_path();
  return place;
}

std::vector<nnunet::ModelName> trained_models(const ResultsPlace& place,
                                              const CandidateNames& names,
                                              const std::function<void(const std::string&)>& note) {
  std::vector<nnunet::ModelName> models;
  const fs::path preprocessed = place.roots.require_preprocessed() / place.dataset;
  for (const std::string& trainer : names.trainers) {
    for (const std::string& configuration : names.configurations) {
      for (const std::string& plans : names.plans) {
        const fs::path file = preprocessed / (plans + ".json");
        if (!nnunet::Plans::read(file).has_configuration(configuration)) {
          note("configuration " + configuration + " is not in " + file.string() + ": left out");
          continue;
        }
        models.push_back({trainer, plans, configuration});
        const fs::path folder = nnunet::model_folder(place.roots, place.dataset, models.back());
        std::error_code ignored;
        if (!fs::is_directory(folder, ignored)) {
          throw Error(ErrorCode::kIo, folder.string() +
                                          ": no such model folder; expected it to be trained, with "
                                          "--npz where configurations are to be ensembled");
        }
      }
    }
  }
  if (models.empty()) {
    throw Error(ErrorCode::kInvalidParam,
                "configurations: none of them is in the plans of " + place.dataset);
  }
  return models;
}

std::string folds_text(const std::vector<std::int64_t>& folds) {
  std::string text;
  for (const std::int64_t fold : folds) {
    if (!text.empty()) text += '_';
    text += std::to_string(fold);
  }
  return text;
}

fs::path merged_folder(const fs::path& model, const std::vector<std::int64_t>& folds) {
  return model / ("crossval_results_folds_" + folds_text(folds));
}

std::string ensemble_name(const nnunet::ModelName& first,
                          const nnunet::ModelName& second,
                          const std::vector<std::int64_t>& folds) {
  return "ensemble___" + first.folder_name() + "___" + second.folder_name() + "___" +
         folds_text(folds);
}

std::string check_folds(const std::vector<std::int64_t>& folds) {
  if (folds.empty()) return "folds: expected the number of at least one fold";
  std::set<std::int64_t> seen;
  for (const std::int64_t fold : folds) {
    if (fold < 0) return "folds: expected numbers from 0 on, got " + std::to_string(fold);
    if (!seen.insert(fold).second) return "folds: fold " + std::to_string(fold) + " comes twice";
  }
  return "";
}

std::map<std::string, fs::path> validation_files(const fs::path& model,
                                                 const std::vector<std::int64_t>& folds,
                                                 const std::string& ending) {
  std::map<std::string, fs::path> files;
  for (const std::int64_t fold : folds) {
    const fs::path folder = model / nnunet::fold_folder(std::to_string(fold)) / "validation";
    std::error_code error;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error)) {
      const std::string name = entry->path().filename().string();
      if (!name.ends_with(ending)) continue;
      const auto [place, added] = files.emplace(name, entry->path());
      if (!added) {
        throw Error(ErrorCode::kInvalidData,
                    name + " is in more than one fold: " + place->second.string() + " and " +
                        entry->path().string());
      }
    }
    if (error) {
      throw Error(ErrorCode::kIo,
                  folder.string() + ": cannot list the folder: " + error.message() + "; fold " +
                      std::to_string(fold) +
                      " of the model must be trained, or left out of the folds (-f)");
    }
  }
  if (files.empty()) {
    throw Error(ErrorCode::kIo, model.string() +
                                    ": the folds have no segmentation that ends with " + ending +
                                    " in their folders validation");
  }
  return files;
}

bool is_free(const fs::path& folder) {
  std::error_code ignored;
  for (fs::directory_iterator entry(folder, ignored), end; entry != end; ++entry) {
    if (!entry->path().filename().string().starts_with(".nnflow")) return false;
  }
  return true;
}

double score_of(const fs::path& folder) {
  return nnunet::Summary::read(folder / "summary.json").foreground_mean.dice;
}

std::vector<std::pair<Element, double>> scores(const Elements& models, const Elements& ensembles) {
  std::vector<std::pair<Element, double>> all;
  for (const Elements* const list : {&models, &ensembles}) {
    for (const Element& element : list->items) {
      all.emplace_back(element, score_of(element.values.find("folder")->as_string()));
    }
  }
  return all;
}

std::size_t best_of(const std::vector<std::pair<Element, double>>& scores) {
  std::size_t best = 0;
  for (std::size_t i = 1; i < scores.size(); ++i) {
    if (scores[i].second > scores[best].second ||
        (std::isnan(scores[best].second) && !std::isnan(scores[i].second))) {
      best = i;
    }
  }
  return best;
}

}  // namespace nnflow::select
