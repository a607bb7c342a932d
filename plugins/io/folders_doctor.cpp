// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "io/folders_doctor.hpp"

#include <filesystem>
#include <optional>

#include "nnflow/nnunet/paths.hpp"

namespace nnflow::io {
namespace {

using Level = Diagnosis::Level;
using Folder = std::optional<std::filesystem::path>;

Diagnosis examine_folder(const char* name,
                         const Folder& folder,
                         const char* without,
                         bool must_exist) {
  Diagnosis entry{"environment", name, "not set", Level::kNote, without};
  if (!folder) return entry;
  entry.value = folder->string();
  entry.level = Level::kGood;
  entry.advice.clear();
  std::error_code error;
  if (std::filesystem::is_directory(*folder, error)) return entry;
  entry.value += ", no such folder";
  entry.level = must_exist ? Level::kProblem : Level::kGood;
  entry.advice = must_exist ? "make it, or unset the variable" : "it is made when it is needed";
  return entry;
}

}  // namespace

std::vector<Diagnosis> FoldersDoctor::examine() const {
  const nnunet::Roots roots = nnunet::Roots::from_environment();
  constexpr const char* kWorkspace = "set it, or say -o (--workspace) with each command";
  return {examine_folder("nnUNet_raw", roots.raw,
                         "-d then takes a folder, no name or number of a data set", true),
          examine_folder("nnUNet_preprocessed", roots.preprocessed, kWorkspace, false),
          examine_folder("nnUNet_results", roots.results, kWorkspace, false)};
}

}  // namespace nnflow::io
