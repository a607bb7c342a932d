// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <nnflow/nnunet/dataset.hpp>
#include <nnflow/nnunet/py_json.hpp>
#include <string>
#include <vector>

namespace nnflow::io {

// A data set of the Medical Segmentation Decathlon: TaskXX_Name/ with dataset.json, imagesTr,
// imagesTs and labelsTr, all images .nii.gz, those of several channels 4D (nnunet-data 2.9).

/// Name of the nnU-Net data set that a folder is converted to, such as Dataset004_Hippocampus; `id`
/// below 0 keeps the number of the task. Throws Error(kInvalidParam) for a folder of another name.
[[nodiscard]] std::string msd_target_name(const std::filesystem::path& folder, std::int64_t id);

/// The images of a sub-folder, with their labels where the folder has a `labels` for them; names
/// that begin with a dot or an underscore are no images.
[[nodiscard]] std::vector<nnunet::CaseFiles> msd_cases(const std::filesystem::path& folder,
                                                       const std::string& images,
                                                       const std::string& labels);

/// Throws Error(kInvalidParam) where the number of `target` is that of another data set in one of
/// nnU-Net's folders, or `target` is there with another dataset.json than `json`.
void require_free_number(const std::filesystem::path& target, const nnunet::Json& json);

}  // namespace nnflow::io
