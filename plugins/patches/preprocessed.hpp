// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "nnflow/imaging/extent.hpp"
#include "nnflow/nnunet/dataset.hpp"
#include "nnflow/nnunet/plans.hpp"
#include "nnflow/nnunet/splits.hpp"
#include "nnflow/nnunet/store.hpp"

namespace nnflow::patches {

/// The preprocessed folder of a data set: `folder` if given, else that of `dataset`, which may be
/// null then. Throws Error(kInvalidParam) when neither is there.
[[nodiscard]] std::filesystem::path dataset_folder(const std::string& folder,
                                                   const nnunet::DatasetDescription* dataset);

/// The folder of a configuration's preprocessed cases in that folder, or `folder` itself where it
/// holds them. Throws Error(kIo) where the data set has not been preprocessed for it.
[[nodiscard]] std::filesystem::path cases_folder(const std::string& folder,
                                                 const nnunet::DatasetDescription* dataset,
                                                 const nnunet::ConfigurationPlan& plan);

/// Throws Error(kInvalidData) naming the file when the labels of the previous stage of a case, read
/// from `folder`, are not on the grid of its preprocessed image.
void check_previous(const std::filesystem::path& folder,
                    const std::string& id,
                    const nnunet::ArrayFile& previous,
                    const imaging::Extent3& extent);

/// An extent for messages, such as "20 x 48 x 40".
[[nodiscard]] std::string extent_text(const imaging::Extent3& extent);

/// The sorted cases of one part ("train" or "val") of a fold. Throws Error(kInvalidData) when there
/// are none or when one of them is not in `folder`.
[[nodiscard]] std::vector<std::string> cases_of_fold(const std::filesystem::path& folder,
                                                     const nnunet::Splits& splits,
                                                     const std::string& fold,
                                                     std::string_view subset);

}  // namespace nnflow::patches
