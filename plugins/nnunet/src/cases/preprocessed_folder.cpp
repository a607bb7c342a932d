// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "nnflow/error.hpp"
#include "nnflow/nnunet/store.hpp"

namespace nnflow::nnunet {

std::filesystem::path configuration_folder(const std::filesystem::path& dataset_folder,
                                           const std::string& data_identifier) {
  std::filesystem::path below = dataset_folder / data_identifier;
  return std::filesystem::is_directory(below) ? below : dataset_folder;
}

PreprocessedFolder::PreprocessedFolder(std::filesystem::path folder) : folder_(std::move(folder)) {
  std::error_code error;
  for (std::filesystem::directory_iterator entry(folder_, error), end; !error && entry != end;
       entry.increment(error)) {
    std::error_code ignored;
    if (!entry->is_regular_file(ignored)) continue;
    const std::string name = entry->path().filename().string();
    const std::string ending = entry->path().extension().string();
    if (ending == ".pkl" || ending == ".npy" || name.ends_with("_seg.b2nd")) continue;
    if (ending != ".b2nd") {
      throw Error(
          ErrorCode::kInvalidData,
          (folder_ / name).string() +
              ": a folder of preprocessed cases holds only .b2nd and .pkl files" +
              (ending == ".npz" ? "; preprocess again, the older .npz format is not read" : ""));
    }
    ids_.push_back(entry->path().stem().string());
  }
  if (error) {
    throw Error(ErrorCode::kIo,
                folder_.string() + ": cannot list the preprocessed cases: " + error.message());
  }
  std::sort(ids_.begin(), ids_.end());
}

ArrayFile PreprocessedFolder::open_image(const std::string& id) const {
  return ArrayFile(folder_ / (id + ".b2nd"));
}

ArrayFile PreprocessedFolder::open_seg(const std::string& id) const {
  return ArrayFile(folder_ / (id + "_seg.b2nd"));
}

CaseProperties PreprocessedFolder::properties(const std::string& id) const {
  return CaseProperties::read(folder_ / (id + ".pkl"));
}

}  // namespace nnflow::nnunet
