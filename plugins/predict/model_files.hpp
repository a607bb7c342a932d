// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <nnflow/nnunet/zip_archive.hpp>
#include <optional>
#include <string>
#include <vector>

namespace nnflow::predict {

/// Which model of an archive is meant; empty texts leave it open.
struct ModelChoice {
  std::string configuration;
  std::string trainer;
  std::string plans;
};

/// The files of a model folder, or of one in a zip archive. Paths into an archive go through it, as
/// in `model.zip/Dataset004_Hippocampus/.../plans.json`; `nnunet::read_file` and
/// `networks::CheckpointFile` read them.
class ModelFiles {
 public:
  /// `place` is a model folder, an archive, or a folder in an archive. Throws Error(kIo) where it
  /// is none of these or lacks plans.json or dataset.json, and Error(kInvalidData) for an archive
  /// of several models of which none is chosen.
  ModelFiles(const std::filesystem::path& place, const ModelChoice& choice);

  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
  /// Whether there is a file of this name, relative to the folder.
  [[nodiscard]] bool has(const std::string& name) const;
  /// Numbered folds with this checkpoint, sorted by name.
  [[nodiscard]] std::vector<std::string> folds(const std::string& checkpoint) const;
  /// The files of the folder, or the archive instead: what their content depends on.
  [[nodiscard]] std::vector<std::filesystem::path> contents(
      const std::vector<std::string>& names) const;

 private:
  void choose(const ModelChoice& choice);

  std::filesystem::path folder_;
  std::optional<nnunet::ZipReader> archive_;
  std::string prefix_;  ///< of the names in the archive
};

}  // namespace nnflow::predict
