// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <nnflow/nnunet/dataset.hpp>
#include <string>
#include <vector>

namespace nnflow::io {

/// Cases to predict: those of a folder, or the one that a file belongs to. A file named
/// `<id>_CCCC<ending>` stands for all channels of its case; any other name is a case of one
/// channel, called as the file without its ending. Empty for a folder
/// without images.
[[nodiscard]] std::vector<nnunet::CaseFiles> image_cases(const std::filesystem::path& place,
                                                         const std::string& ending);

/// One case of these files, a channel each, called as the first one without `_CCCC` and ending.
/// Throws Error(kIo) for a file that does not exist or has another ending.
[[nodiscard]] nnunet::CaseFiles case_of_files(std::vector<std::filesystem::path> files,
                                              const std::string& ending);

/// Gives every case the segmentation `<folder>/<id><ending>` as its label file. Throws Error(kIo)
/// naming the cases without one.
void add_previous_stage(std::vector<nnunet::CaseFiles>& cases,
                        const std::filesystem::path& folder,
                        const std::string& ending);

/// Removes the cases of which `<folder>/<id><ending>` exists, and with `probabilities` also
/// `<id>.npz`. Returns how many.
std::size_t leave_out_finished(std::vector<nnunet::CaseFiles>& cases,
                               const std::filesystem::path& folder,
                               const std::string& ending,
                               bool probabilities);

}  // namespace nnflow::io
