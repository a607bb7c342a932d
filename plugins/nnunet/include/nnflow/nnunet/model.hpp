// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nnflow/nnunet/export.hpp"
#include "nnflow/payload.hpp"

namespace nnflow::nnunet {

/// A trained model on disk: the model folder with plans.json, dataset.json and
/// fold_<k>/<checkpoint>.
struct NNFLOW_NNUNET_EXPORT TrainedModel {
  std::filesystem::path folder;
  std::vector<std::string> folds;  ///< "0", "1", ..., "all", in the order asked for
  std::string checkpoint = "checkpoint_final.pth";
  std::string configuration;  ///< from the first fold's checkpoint
  std::string trainer = "nnUNetTrainer";
  std::optional<std::vector<int>>
      mirror_axes;             ///< spatial axes mirrored in prediction; absent: none
  std::string weights_digest;  ///< identifies the weights when known, may be empty

  [[nodiscard]] std::filesystem::path checkpoint_path(std::string_view fold) const;
  /// Where a result about this model goes: `path` itself when absolute, else below the first fold's
  /// folder.
  [[nodiscard]] std::filesystem::path place(const std::filesystem::path& path) const;

  friend bool operator==(const TrainedModel&, const TrainedModel&) = default;
};

/// Folds of a model folder that hold `checkpoint`, sorted by name, `all` left out (nnunet-inference
/// 2).
[[nodiscard]] NNFLOW_NNUNET_EXPORT std::vector<std::string> detect_folds(
    const std::filesystem::path& model_folder, const std::string& checkpoint);

}  // namespace nnflow::nnunet

namespace nnflow {

template <>
struct NNFLOW_NNUNET_EXPORT PayloadTraits<nnunet::TrainedModel> {
  static constexpr std::string_view kId = "nnunet.model/1";
  static std::size_t bytes(const nnunet::TrainedModel& value);
  static void save(const nnunet::TrainedModel& value, std::string& out);
  static nnunet::TrainedModel load(std::string_view bytes);
};

}  // namespace nnflow
