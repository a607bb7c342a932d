// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nnflow/nnunet/export.hpp"

namespace nnflow::nnunet {

/// The three root folders of nnU-Net, absent when their variable is unset or empty.
struct NNFLOW_NNUNET_EXPORT Roots {
  std::optional<std::filesystem::path> raw;           ///< $nnUNet_raw
  std::optional<std::filesystem::path> preprocessed;  ///< $nnUNet_preprocessed
  std::optional<std::filesystem::path> results;       ///< $nnUNet_results

  [[nodiscard]] static Roots from_environment();
  /// The same, but results and preprocessed data lie in `workspace`, unless it is empty.
  [[nodiscard]] static Roots with_workspace(const std::filesystem::path& workspace);
  /// The folder, or Error(kInvalidParam) naming the variable.
  [[nodiscard]] const std::filesystem::path& require_raw() const;
  [[nodiscard]] const std::filesystem::path& require_preprocessed() const;
  [[nodiscard]] const std::filesystem::path& require_results() const;
};

/// `Dataset004_Hippocampus` from itself, "4" or "004" (nnunet-data 2.8): a prefix search over the
/// roots that exist. Throws Error(kIo) for no hit, naming the folders searched, and
/// Error(kInvalidParam) for several hits, or text that is neither.
[[nodiscard]] NNFLOW_NNUNET_EXPORT std::string dataset_name(std::string_view name_or_id,
                                                            const Roots& roots);

/// `Dataset` and the number with at least three digits.
[[nodiscard]] NNFLOW_NNUNET_EXPORT std::string dataset_prefix(std::int64_t id);

/// `<case>_CCCC<ending>`: a channel's image file, the number with at least four digits.
[[nodiscard]] NNFLOW_NNUNET_EXPORT std::string channel_file_name(std::string_view case_id,
                                                                 std::int64_t channel,
                                                                 std::string_view ending);

/// Number in a data set's name, characters 7 to 9; nothing when it has none.
[[nodiscard]] NNFLOW_NNUNET_EXPORT std::optional<int> dataset_id(std::string_view name);

/// A raw data set from an existing folder, a name or an id.
[[nodiscard]] NNFLOW_NNUNET_EXPORT std::filesystem::path find_raw_dataset(
    std::string_view folder_name_or_id, const Roots& roots);
/// The same below $nnUNet_preprocessed (the folder need not exist).
[[nodiscard]] NNFLOW_NNUNET_EXPORT std::filesystem::path preprocessed_dataset(
    std::string_view folder_name_or_id, const Roots& roots);

/// The three parts of a model folder's name, `<trainer>__<plans>__<configuration>`.
struct NNFLOW_NNUNET_EXPORT ModelName {
  std::string trainer = "nnUNetTrainer";
  std::string plans = "nnUNetPlans";
  std::string configuration;

  [[nodiscard]] std::string folder_name() const;
  [[nodiscard]] static std::optional<ModelName> parse(std::string_view folder_name);

  friend bool operator==(const ModelName&, const ModelName&) = default;
};

/// `$nnUNet_results/<dataset>/<trainer>__<plans>__<configuration>`; the data set by its full name.
[[nodiscard]] NNFLOW_NNUNET_EXPORT std::filesystem::path model_folder(const Roots& roots,
                                                                      std::string_view dataset,
                                                                      const ModelName& model);
/// `fold_<k>` or `fold_all`.
[[nodiscard]] NNFLOW_NNUNET_EXPORT std::string fold_folder(std::string_view fold);

/// `$VAR` and `${VAR}` replaced by the environment (unset ones stay), like Python's `expandvars`.
[[nodiscard]] NNFLOW_NNUNET_EXPORT std::string expand_environment(std::string_view text);

}  // namespace nnflow::nnunet
