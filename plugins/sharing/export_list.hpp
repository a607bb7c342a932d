// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace nnflow::sharing {

/// Which trained models of a data set go into an archive.
struct ExportRequest {
  std::filesystem::path results;  ///< $nnUNet_results
  std::string dataset;            ///< full name, such as Dataset004_Hippocampus
  std::string trainer;
  std::string plans;
  std::vector<std::string> configurations;  ///< empty: those of nnU-Net's that are trained
  std::vector<std::string> folds;           ///< "0", ..., "all"
  std::vector<std::string> checkpoints;     ///< file names
  bool strict = true;                       ///< a missing configuration or fold is an error
  bool predictions = false;                 ///< the predictions of the cross-validation too
};

struct ExportList {
  std::vector<std::filesystem::path> files;  ///< relative to the results folder
  std::vector<std::string> remarks;          ///< what is left out
  std::size_t models = 0;
};

/// The files of nnU-Net's export, in its order (nnunet-inference 8). Unlike there, progress.png and
/// validation/summary.json may be missing, and inference_information.json is taken whether or not
/// there are ensembles. Throws Error(kIo) listing all that is missing, and where nothing is left.
[[nodiscard]] ExportList list_export(const ExportRequest& request);

}  // namespace nnflow::sharing
