// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// DICOM files made for tests.
#pragma once

#include <filesystem>
#include <string>

#include "nnflow/imaging/volume.hpp"

namespace nnflow::test {

/// Writes every slice of the first channel (integers of 16 bits) as one DICOM file of the series
/// `uid`, at the place that the volume's geometry gives it. Names of the files run against the
/// order of the slices.
void write_dicom_series(const std::filesystem::path& folder,
                        const imaging::Volume& volume,
                        const std::string& uid = "1.2.826.0.1.3680043.9.7.1");

/// All slices in one file of several frames.
void write_multi_frame_dicom(const std::filesystem::path& file, const imaging::Volume& volume);

}  // namespace nnflow::test
