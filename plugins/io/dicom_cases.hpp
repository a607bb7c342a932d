// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <nnflow/nnunet/dataset.hpp>
#include <vector>

namespace nnflow::io {

/// The DICOM series of a folder as cases, sorted by id: one series in the folder itself, whose name
/// is the case's, or one in each sub-folder. With several `channels` the sub-folders are named
/// `<id>_CCCC`, with one the whole name is the id. Sub-folders without DICOM files are passed over.
/// Empty when there is no DICOM file. Throws Error(kInvalidData) for files both in the folder and
/// in sub-folders and for channels that are missing or not numbered.
[[nodiscard]] std::vector<nnunet::CaseFiles> dicom_cases(const std::filesystem::path& folder,
                                                         std::size_t channels);

}  // namespace nnflow::io
