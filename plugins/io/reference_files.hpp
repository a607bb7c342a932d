// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <nnflow/nnunet/dataset.hpp>
#include <string>

namespace nnflow::io {

/// `gt_segmentations` of the preprocessed data set. Throws Error(kInvalidParam) when the place is
/// not known.
[[nodiscard]] std::filesystem::path reference_folder(const nnunet::DatasetDescription& dataset);

/// The folder `given` to a stage, or where it is empty that of the data set. Throws
/// Error(kInvalidParam) without both.
[[nodiscard]] std::filesystem::path reference_folder(const std::string& given,
                                                     const nnunet::DatasetDescription* dataset);

/// The reference of a case: in `gt_segmentations` when it is there, else where the raw data set has
/// it. Throws Error(kIo) naming both places.
[[nodiscard]] std::filesystem::path reference_file(const nnunet::DatasetDescription& dataset,
                                                   const std::string& id);

}  // namespace nnflow::io
