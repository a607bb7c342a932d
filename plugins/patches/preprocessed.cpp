// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "patches/preprocessed.hpp"

#include <algorithm>

#include "nnflow/error.hpp"
#include "nnflow/nnunet/folder_contents.hpp"

namespace nnflow::patches {

std::filesystem::path dataset_folder(const std::string& folder,
                                     const nnunet::DatasetDescription* dataset) {
  if (!folder.empty()) return folder;
  if (dataset == nullptr) {
    throw Error(ErrorCode::kInvalidParam,
                "expected the parameter folder or an edge to the port dataset");
  }
  return dataset->roots().require_preprocessed() / dataset->name;
}

std::filesystem::path cases_folder(const std::string& folder,
                                   const nnunet::DatasetDescription* dataset,
                                   const nnunet::ConfigurationPlan& plan) {
  const std::filesystem::path place = dataset_folder(folder, dataset);
  const auto below = nnunet::configuration_folder(place, plan.data_identifier);
  if (below != place || !folder.empty()) return below;
  throw Error(ErrorCode::kIo, (place / plan.data_identifier).string() +
                                  ": no such folder; the cases of configuration " + plan.name +
                                  " are made by 'nnflow preprocess -c " + plan.name +
                                  "'; preprocessed are in " + place.string() + ": " +
                                  nnunet::preprocessed_in(place));
}

void check_previous(const std::filesystem::path& folder,
                    const std::string& id,
                    const nnunet::ArrayFile& previous,
                    const imaging::Extent3& extent) {
  if (previous.extent() == extent && previous.channels() == 1) return;
  throw Error(ErrorCode::kInvalidData,
              nnunet::image_file(folder, id).string() + ": the previous stage's labels have " +
                  std::to_string(previous.channels()) + " channels of " +
                  extent_text(previous.extent()) + " voxels, the preprocessed image " +
                  extent_text(extent) +
                  "; validate the previous stage again (--val) after preprocessing");
}

std::string extent_text(const imaging::Extent3& extent) {
  return std::to_string(extent[0]) + " x " + std::to_string(extent[1]) + " x " +
         std::to_string(extent[2]);
}

std::vector<std::string> cases_of_fold(const std::filesystem::path& folder,
                                       const nnunet::Splits& splits,
                                       const std::string& fold,
                                       std::string_view subset) {
  const std::vector<std::string> ids = nnunet::PreprocessedFolder(folder).ids();
  const nnunet::Split split = nnunet::select_fold(splits, fold, ids);
  std::vector<std::string> cases = subset == "val" ? split.val : split.train;
  std::sort(cases.begin(), cases.end());
  if (cases.empty()) {
    throw Error(ErrorCode::kInvalidData, "fold " + fold + " has no " + std::string(subset) +
                                             " cases, expected at least one");
  }
  for (const std::string& id : cases) {
    if (!std::binary_search(ids.begin(), ids.end(), id)) {
      throw Error(ErrorCode::kInvalidData, "case " + id + " of fold " + fold +
                                               " is not among the preprocessed cases in " +
                                               folder.string());
    }
  }
  return cases;
}

}  // namespace nnflow::patches
