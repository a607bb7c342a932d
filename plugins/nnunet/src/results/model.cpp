// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "nnflow/nnunet/model.hpp"

#include <algorithm>

#include "nnflow/error.hpp"
#include "nnflow/nnunet/paths.hpp"

namespace nnflow::nnunet {

std::filesystem::path TrainedModel::place(const std::filesystem::path& path) const {
  if (path.is_absolute() || folds.empty()) return path;
  return folder / fold_folder(folds.front()) / path;
}

std::filesystem::path TrainedModel::checkpoint_path(std::string_view fold) const {
  return folder / fold_folder(fold) / checkpoint;
}

std::vector<std::string> detect_folds(const std::filesystem::path& model_folder,
                                      const std::string& checkpoint) {
  std::vector<std::string> folds;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(model_folder, error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    std::error_code ignored;
    if (name.starts_with("fold_") && name != "fold_all" &&
        std::filesystem::is_regular_file(entry->path() / checkpoint, ignored)) {
      folds.push_back(name.substr(5));
    }
  }
  if (error) {
    throw Error(ErrorCode::kIo,
                model_folder.string() + ": cannot list the model folder: " + error.message());
  }
  std::sort(folds.begin(), folds.end());
  return folds;
}

}  // namespace nnflow::nnunet
