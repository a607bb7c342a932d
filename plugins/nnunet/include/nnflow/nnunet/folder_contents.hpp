// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "nnflow/nnunet/export.hpp"

namespace nnflow::nnunet {

// What lies in a folder, as text for messages about what does not. None of these throws; a folder
// that is missing or cannot be read is empty.

/// The endings of the files, such as ".nii.gz, .png"; "none" where there is no file.
[[nodiscard]] NNFLOW_NNUNET_EXPORT std::string endings_in(const std::filesystem::path& folder);
/// The names of trained models, <trainer>__<plans>__<configuration>; "none" where there is none.
[[nodiscard]] NNFLOW_NNUNET_EXPORT std::string models_in(const std::filesystem::path& dataset);
/// The names of plans files without their ending .json; "none" where there is none.
[[nodiscard]] NNFLOW_NNUNET_EXPORT std::string plans_in(const std::filesystem::path& dataset);
/// Folders of preprocessed cases, <data identifier>; "none" where there is none.
[[nodiscard]] NNFLOW_NNUNET_EXPORT std::string preprocessed_in(
    const std::filesystem::path& dataset);

/// Refuses, by Error(kInvalidParam), a place for segmentations that is a file or, where nothing is
/// there, is named like an image: `<place>: expected a folder ...`.
NNFLOW_NNUNET_EXPORT void require_results_folder(const std::filesystem::path& place);

}  // namespace nnflow::nnunet
