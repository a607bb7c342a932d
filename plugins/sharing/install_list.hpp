// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <nnflow/nnunet/zip_archive.hpp>
#include <string>
#include <vector>

namespace nnflow::sharing {

struct InstallList {
  std::vector<nnunet::ZipEntry> files;  ///< to unpack below the results folder
  std::vector<std::string> models;      ///< folders with plans.json and dataset.json
  std::size_t kept = 0;                 ///< files that are there already, with the same content
};

/// What installing the archive below `results` would unpack. Throws Error naming the archive:
/// kInvalidData where it holds no model, or anything outside of folders named DatasetXXX_Name; kIo
/// where files of other content, or folders, are in the way (`overwrite`: only folders), or where
/// the disk is too small.
[[nodiscard]] InstallList list_install(const nnunet::ZipReader& archive,
                                       const std::filesystem::path& results,
                                       bool overwrite);

}  // namespace nnflow::sharing
