// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <nnflow/nnunet/paths.hpp>
#include <nnflow/nnunet/py_json.hpp>
#include <string>
#include <utility>
#include <vector>

namespace nnflow::select {

/// A model that takes part in the prediction of the winner.
struct SelectedModel {
  nnunet::ModelName name;
  std::string previous_stage;  ///< configuration whose results a cascade refines; else empty
};

/// What the search for the best configuration found (nnunet-inference 6.3).
struct InferenceReport {
  std::string dataset;  ///< full name
  /// Parent of nnUNet_results, where it is not the environment that names these; else empty.
  std::filesystem::path workspace;
  std::vector<std::int64_t> folds;
  bool ensembling_allowed = true;
  std::vector<nnunet::ModelName> considered;
  std::vector<std::pair<std::string, double>> scores;  ///< of every candidate by its name
  std::vector<SelectedModel> selected;                 ///< one, or the members of an ensemble
  std::filesystem::path folder;                        ///< with the winner's cross-validation
  double score = 0.0;                                  ///< of the winner, before post-processing
  double score_after = 0.0;                            ///< and after it

  /// inference_information.json, to be written with sorted keys.
  [[nodiscard]] nnunet::Json information() const;
  /// inference_instructions.txt: the commands that apply the winner, one per line. Those of
  /// nnU-Net, by nnflow's names; a cascade's first stage is among them, which nnU-Net forgets.
  [[nodiscard]] std::string instructions() const;
};

}  // namespace nnflow::select
