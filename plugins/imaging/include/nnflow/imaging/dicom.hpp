// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "nnflow/imaging/export.hpp"

namespace nnflow::imaging {

/// The files of a folder that belong to one DICOM series.
struct DicomSeries {
  std::string uid;                           ///< Series Instance UID
  std::string description;                   ///< Series Description, may be empty
  std::vector<std::filesystem::path> files;  ///< sorted by name
};

/// True for a file that begins as DICOM files do; a DICOMDIR does not count.
[[nodiscard]] NNFLOW_IMAGING_EXPORT bool is_dicom_file(const std::filesystem::path& path);

/// The DICOM files directly in a folder, sorted by name; empty when there are none. Throws
/// Error(kIo) for a folder that cannot be listed.
[[nodiscard]] NNFLOW_IMAGING_EXPORT std::vector<std::filesystem::path> dicom_files(
    const std::filesystem::path& folder);

/// The series among the DICOM files of a folder, sorted by UID. Reads every file's header;
/// Error(kIo) names one that cannot be read.
[[nodiscard]] NNFLOW_IMAGING_EXPORT std::vector<DicomSeries> dicom_series(
    const std::filesystem::path& folder);

}  // namespace nnflow::imaging
