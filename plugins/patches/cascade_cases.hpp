// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "nnflow/nnunet/dataset.hpp"
#include "nnflow/nnunet/plans.hpp"

namespace nnflow::patches {

/// Folders that a user names; empty ones are found.
struct CascadeFolders {
  std::string preprocessed;  ///< of the data set
  std::string previous;      ///< labels of the previous stage
};

/// What the stages before and after a configuration have of its cases. Of a configuration outside
/// of a cascade nothing.
class CascadeCases {
 public:
  CascadeCases() = default;
  /// `dataset` may be null: then the folder of the previous stage must be given, and next stages
  /// are not looked at. Throws Error(kInvalidParam) when it is not.
  CascadeCases(const nnunet::ConfigurationPlan& configuration,
               const nnunet::Plans& plans,
               const nnunet::DatasetDescription* dataset,
               std::string trainer,
               const CascadeFolders& folders);

  /// Throws Error(kInvalidData) when the previous stage has left nothing for some of the cases
  /// (nnunet::require_previous_stage).
  void require(std::span<const std::string> cases) const;
  /// Where the labels of the previous stage lie; empty without one.
  [[nodiscard]] const std::filesystem::path& previous_folder() const { return previous_; }
  /// Labels of the previous stage.
  [[nodiscard]] std::optional<std::filesystem::path> previous(const std::string& id) const;
  /// A digest of a case with the shapes of its images as preprocessed for the next stages: what is
  /// written for these depends on them, and on whether they are there. An empty one stays empty.
  [[nodiscard]] std::string extended(std::string digest, const std::string& id) const;

 private:
  std::optional<nnunet::Plans> plans_;
  std::string configuration_;
  std::string trainer_;
  std::filesystem::path previous_;           ///< empty: no previous stage
  std::vector<std::filesystem::path> next_;  ///< preprocessed cases of the next stages
};

}  // namespace nnflow::patches
