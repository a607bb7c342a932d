// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "sharing/install_list.hpp"

#include <nnflow/error.hpp>
#include <nnflow/nnunet/few.hpp>
#include <nnflow/nnunet/paths.hpp>

namespace nnflow::sharing {
namespace {

namespace fs = std::filesystem;

/// What file managers add.
bool is_clutter(const std::string& name) {
  return name.starts_with("__MACOSX/") || name == ".DS_Store" || name.ends_with("/.DS_Store");
}

enum class Found { kNothing, kSame, kOther, kNoFile };

Found look(const fs::path& target, const nnunet::ZipEntry& entry) {
  std::error_code ignored;
  // A file may be where a folder is needed.
  for (fs::path folder = target.parent_path(); !folder.empty(); folder = folder.parent_path()) {
    const auto above = fs::status(folder, ignored);
    if (!fs::exists(above)) continue;
    if (!fs::is_directory(above)) return Found::kNoFile;
    break;
  }
  const auto status = fs::status(target, ignored);
  if (!fs::exists(status)) return Found::kNothing;
  if (!fs::is_regular_file(status)) return Found::kNoFile;
  const bool same =
      fs::file_size(target, ignored) == entry.bytes && nnunet::file_crc(target) == entry.crc;
  return same ? Found::kSame : Found::kOther;
}

/// The nearest folder that exists.
fs::path existing(fs::path folder) {
  std::error_code ignored;
  while (!fs::exists(folder, ignored) && folder.has_relative_path()) folder = folder.parent_path();
  return folder.empty() ? fs::path(".") : folder;
}

void require_space(const nnunet::ZipReader& archive,
                   const fs::path& results,
                   std::uint64_t needed) {
  std::error_code problem;
  const auto space = fs::space(existing(results), problem);
  if (problem || space.available >= needed) return;
  throw Error(ErrorCode::kIo, results.string() + ": has " + std::to_string(space.available) +
                                  " bytes left, " + archive.path().string() + " unpacks to " +
                                  std::to_string(needed));
}

}  // namespace

InstallList list_install(const nnunet::ZipReader& archive,
                         const fs::path& results,
                         bool overwrite) {
  const std::string source = archive.path().string();
  InstallList list;
  nnunet::Few in_the_way("\n  ");
  nnunet::Few no_files("\n  ");
  std::uint64_t needed = 0;
  for (const nnunet::ZipEntry& entry : archive.entries()) {
    if (entry.folder || is_clutter(entry.name)) continue;
    const std::string top = entry.name.substr(0, entry.name.find('/'));
    if (top == entry.name || !nnunet::dataset_id(top)) {
      throw Error(ErrorCode::kInvalidData,
                  source + ": entry '" + entry.name +
                      "' does not begin with DatasetXXX_Name/, as the models of nnU-Net do; "
                      "a model of another layout can be used by 'nnflow predict -m " +
                      source + "'");
    }
    const fs::path name = entry.name;
    const std::string folder = name.parent_path().generic_string();
    if (name.filename() == "plans.json" && archive.find(folder + "/dataset.json") != nullptr &&
        nnunet::ModelName::parse(name.parent_path().filename().string())) {
      list.models.push_back(folder);
    }
    const Found found = look(results / name, entry);
    if (found == Found::kSame) {
      ++list.kept;
      continue;
    }
    if (found == Found::kNoFile) no_files.add((results / name).string());
    if (found == Found::kOther && !overwrite) in_the_way.add((results / name).string());
    needed += entry.bytes;
    list.files.push_back(entry);
  }
  if (list.models.empty()) {
    throw Error(ErrorCode::kInvalidData,
                source +
                    ": holds no trained model; expected folders such as "
                    "Dataset004_Hippocampus/nnUNetTrainer__nnUNetPlans__3d_fullres with "
                    "plans.json and dataset.json");
  }
  if (!no_files.empty()) {
    throw Error(ErrorCode::kIo,
                source + ": cannot be installed, these are no files, or below a file:\n  " +
                    no_files.text());
  }
  if (!in_the_way.empty()) {
    throw Error(ErrorCode::kIo, source +
                                    ": is not installed, these files are there with other content "
                                    "(--overwrite replaces them):\n  " +
                                    in_the_way.text());
  }
  require_space(archive, results, needed);
  return list;
}

}  // namespace nnflow::sharing
