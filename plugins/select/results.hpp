// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <nnflow/elements.hpp>
#include <nnflow/nnunet/paths.hpp>
#include <string>
#include <utility>
#include <vector>

namespace nnflow::select {

/// Where the results of a data set lie.
struct ResultsPlace {
  nnunet::Roots roots;
  std::string dataset;  ///< full name

  /// `$nnUNet_results/<dataset>`. Throws Error(kInvalidParam) when the variable is not set.
  [[nodiscard]] std::filesystem::path results() const;
  /// The reference segmentations: `labelsTr` of the raw data set first when `prefer_raw`, else
  /// `gt_segmentations` of the preprocessed one first. Throws Error(kIo) when neither is there.
  [[nodiscard]] std::filesystem::path references(bool prefer_raw) const;
};

/// `dataset` is a folder, a name or a number; `workspace`, when not empty, takes the place of the
/// environment variables for preprocessed data and results.
[[nodiscard]] ResultsPlace find_results(const std::string& dataset, const std::string& workspace);

/// The parts of the names of models to choose from.
struct CandidateNames {
  std::vector<std::string> trainers;
  std::vector<std::string> configurations;
  std::vector<std::string> plans;
};
/// The models of a data set with such names: trainers, then configurations, then plans. Those whose
/// configuration is not in the plans are left out, and told `note`. Throws Error(kIo) for one
/// without a model folder, Error(kInvalidParam) when none is left.
[[nodiscard]] std::vector<nnunet::ModelName> trained_models(
    const ResultsPlace& place,
    const CandidateNames& names,
    const std::function<void(const std::string&)>& note);

/// `0_1_2_3_4`.
[[nodiscard]] std::string folds_text(const std::vector<std::int64_t>& folds);
/// `crossval_results_folds_<folds>` in a model folder.
[[nodiscard]] std::filesystem::path merged_folder(const std::filesystem::path& model,
                                                  const std::vector<std::int64_t>& folds);
/// `ensemble___<model>___<model>___<folds>`.
[[nodiscard]] std::string ensemble_name(const nnunet::ModelName& first,
                                        const nnunet::ModelName& second,
                                        const std::vector<std::int64_t>& folds);
/// Empty, or what is wrong with a list of folds: none, a negative or a repeated one.
[[nodiscard]] std::string check_folds(const std::vector<std::int64_t>& folds);

/// The segmentations in the `validation` folders of a model's folds, by file name. Throws
/// Error(kIo) for a fold without that folder and for folds without any segmentation,
/// Error(kInvalidData) for a case in more than one fold.
[[nodiscard]] std::map<std::string, std::filesystem::path> validation_files(
    const std::filesystem::path& model,
    const std::vector<std::int64_t>& folds,
    const std::string& ending);

/// Whether a folder is new or empty, but for records of runs (`.nnflow...`).
[[nodiscard]] bool is_free(const std::filesystem::path& folder);

/// The foreground_mean.Dice of summary.json in a folder.
[[nodiscard]] double score_of(const std::filesystem::path& folder);

/// The score of every candidate, models before ensembles, in the order of the lists. Values of
/// elements name the folder with the results as `folder`.
[[nodiscard]] std::vector<std::pair<Element, double>> scores(const Elements& models,
                                                             const Elements& ensembles);
/// The first of the highest scores. A score that is not a number loses against every other.
[[nodiscard]] std::size_t best_of(const std::vector<std::pair<Element, double>>& scores);

}  // namespace nnflow::select
