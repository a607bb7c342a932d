// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "nnflow/error.hpp"
#include "nnflow/nnunet/store.hpp"

namespace nnflow::nnunet {
namespace {

std::filesystem::path array_file(const std::filesystem::path& folder,
                                 const std::string& id,
                                 const std::string& suffix) {
  std::filesystem::path today = folder / (id + suffix + ".b2nd");
  std::error_code ignored;
  if (std::filesystem::exists(today, ignored)) return today;
  for (const std::string& name : {id + suffix + ".npy", id + ".npz"}) {
    if (std::filesystem::exists(folder / name, ignored)) return folder / name;
  }
  return today;
}

}  // namespace

std::filesystem::path configuration_folder(const std::filesystem::path& dataset_folder,
                                           const std::string& data_identifier) {
  std::filesystem::path below = dataset_folder / data_identifier;
  return std::filesystem::is_directory(below) ? below : dataset_folder;
}

std::filesystem::path image_file(const std::filesystem::path& folder, const std::string& id) {
  return array_file(folder, id, "");
}

std::filesystem::path seg_file(const std::filesystem::path& folder, const std::string& id) {
  return array_file(folder, id, "_seg");
}

std::vector<std::filesystem::path> case_files(const std::filesystem::path& folder,
                                              const std::string& id) {
  std::vector<std::filesystem::path> files{image_file(folder, id)};
  const std::filesystem::path seg = seg_file(folder, id);
  if (seg != files[0]) files.push_back(seg);
  files.push_back(folder / (id + ".pkl"));
  return files;
}

PreprocessedFolder::PreprocessedFolder(std::filesystem::path folder) : folder_(std::move(folder)) {
  std::error_code error;
  std::set<std::string> unpacked;
  std::string packed;
  bool today = false;
  for (std::filesystem::directory_iterator entry(folder_, error), end; !error && entry != end;
       entry.increment(error)) {
    std::error_code ignored;
    if (!entry->is_regular_file(ignored)) continue;
    const std::string name = entry->path().filename().string();
    const std::string ending = entry->path().extension().string();
    const std::string stem = entry->path().stem().string();
    today = today || ending == ".b2nd";
    if (ending == ".pkl" || name.ends_with("_seg.b2nd")) continue;
    if (ending == ".npy") {
      const bool is_case =
          !stem.ends_with("_seg") && std::filesystem::exists(folder_ / (stem + ".pkl"), ignored);
      if (is_case) unpacked.insert(stem);
      continue;
    }
    if (ending != ".b2nd" && ending != ".npz") {
      throw Error(ErrorCode::kInvalidData,
                  (folder_ / name).string() +
                      ": a folder of preprocessed cases holds only .b2nd and .pkl files");
    }
    if (ending == ".npz") packed = name;
    ids_.push_back(stem);
  }
  if (error) {
    throw Error(ErrorCode::kIo,
                folder_.string() + ": cannot list the preprocessed cases: " + error.message());
  }
  if (today && !packed.empty()) {
    throw Error(ErrorCode::kInvalidData,
                (folder_ / packed).string() +
                    ": lies among .b2nd files; a folder of preprocessed cases holds either these "
                    "or the .npz files of older versions of nnU-Net");
  }
  if (!today) ids_.insert(ids_.end(), unpacked.begin(), unpacked.end());
  std::sort(ids_.begin(), ids_.end());
  ids_.erase(std::unique(ids_.begin(), ids_.end()), ids_.end());
}

ArrayFile PreprocessedFolder::open_image(const std::string& id) const {
  return ArrayFile(image_file(folder_, id), CaseArray::kImage);
}

ArrayFile PreprocessedFolder::open_seg(const std::string& id) const {
  return ArrayFile(seg_file(folder_, id), CaseArray::kSegmentation);
}

CaseProperties PreprocessedFolder::properties(const std::string& id) const {
  return CaseProperties::read(folder_ / (id + ".pkl"));
}

}  // namespace nnflow::nnunet
