// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "io/dataset_place.hpp"

#include <nnflow/error.hpp>
#include <nnflow/nnunet/paths.hpp>

namespace nnflow::io {
namespace {

namespace fs = std::filesystem;

nnunet::Roots roots_of(const std::string& workspace) {
  auto roots = nnunet::Roots::with_workspace(workspace);
  const fs::path raw = fs::path(workspace) / "nnUNet_raw";
  std::error_code ignored;
  if (!workspace.empty() && !roots.raw && fs::is_directory(raw, ignored)) roots.raw = raw;
  return roots;
}

}  // namespace

DatasetPlace find_dataset(const std::string& dataset,
                          const std::string& workspace,
                          bool or_preprocessed) {
  std::error_code ignored;
  if (fs::is_regular_file(dataset, ignored)) return {dataset, false};
  const nnunet::Roots roots = roots_of(workspace);
  const bool is_name =
      dataset.find('/') == std::string::npos && !fs::is_directory(dataset, ignored);
  if (or_preprocessed && is_name && roots.preprocessed) {
    const std::string name = nnunet::dataset_name(dataset, roots);
    const fs::path copied = *roots.preprocessed / name / "dataset.json";
    const bool has_raw = roots.raw && fs::is_directory(*roots.raw / name, ignored);
    if (!has_raw && fs::exists(copied, ignored)) return {copied, false};
  }
  const fs::path folder = nnunet::find_raw_dataset(dataset, roots);
  const fs::path file = folder / "dataset.json";
  if (!fs::exists(file, ignored) && !ignored && fs::is_directory(folder / "imagesTr", ignored)) {
    throw Error(ErrorCode::kIo, file.string() + ": no such file; 'nnflow generate_dataset_json " +
                                    folder.string() +
                                    " --channel-names NAME... --labels NAME...' writes it");
  }
  return {file, true};
}

}  // namespace nnflow::io
