// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <nnflow/nnunet/dataset.hpp>
#include <nnflow/nnunet/plans.hpp>
#include <optional>
#include <string>
#include <vector>

namespace nnflow::io {

/// The ending of the files: as given, or that of the data set (null: none). Throws
/// Error(kInvalidParam) without both.
[[nodiscard]] std::string ending_of(const std::optional<std::string>& given,
                                    const nnunet::DatasetDescription* dataset);

/// Where the images are: the folder, or the first of the images where these are given. Throws
/// Error(kInvalidParam) where the results would get between the images.
[[nodiscard]] std::string image_place(const std::string& folder,
                                      const std::vector<std::string>& images,
                                      const std::string& results);

/// Cases to predict: those of a folder, or the one that a file belongs to. A file named
/// `<id>_CCCC<ending>` stands for all channels of its case; any other name is a case of one
/// channel, called as the file without its ending. Empty for a folder
/// without images.
[[nodiscard]] std::vector<nnunet::CaseFiles> image_cases(const std::filesystem::path& place,
                                                         const std::string& ending);

/// Throws Error(kInvalidParam) where a case's result `<results>/<id><ending>` would replace one of
/// its images or the segmentation that it refines. Empty `results`: there are none.
void require_apart(const std::vector<nnunet::CaseFiles>& cases,
                   const std::filesystem::path& results,
                   const std::string& ending);

/// Throws the Error(kIo) of a place without images.
[[noreturn]] void no_images(const std::string& place, const std::string& ending);

/// Throws Error(kInvalidParam) where the previous stage's segmentations are `given` to a
/// configuration that takes none, or not given to one that needs them.
void check_previous_stage(const nnunet::ConfigurationPlan& configuration, bool given);

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

/// A remark on probabilities (`<id>.npz`) of these cases in a folder whose segmentations are about
/// to be written anew without them, to which they then no longer belong; empty where there are
/// none.
[[nodiscard]] std::string stale_probabilities(const std::vector<nnunet::CaseFiles>& cases,
                                              const std::filesystem::path& folder);

}  // namespace nnflow::io
