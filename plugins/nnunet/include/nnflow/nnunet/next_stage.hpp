// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nnflow/imaging/extent.hpp"
#include "nnflow/nnunet/dataset.hpp"
#include "nnflow/nnunet/export.hpp"
#include "nnflow/nnunet/plans.hpp"

namespace nnflow::nnunet {

/// Where the validation of a stage of a cascade leaves what the training of `configuration`, a next
/// stage, refines: `<model folder>/predicted_next_stage/<configuration>`, with a file per case
/// (nnunet-training 5.7). All folds of the model share it.
[[nodiscard]] NNFLOW_NNUNET_EXPORT std::filesystem::path next_stage_folder(
    const std::filesystem::path& model_folder, std::string_view configuration);

/// The same folder, seen from the training of `configuration`: that of its previous stage with the
/// same trainer and plans. Empty when it has no previous stage. Throws Error(kInvalidParam) when
/// nothing says where results lie.
[[nodiscard]] NNFLOW_NNUNET_EXPORT std::filesystem::path previous_stage_folder(
    const DatasetDescription& dataset,
    const Plans& plans,
    const std::string& trainer,
    const ConfigurationPlan& configuration);

/// Checks that the previous stage of `configuration` has left a file for each case. Throws
/// Error(kInvalidData) that names the folder, the cases without one, and what to run first.
NNFLOW_NNUNET_EXPORT void require_previous_stage(const std::filesystem::path& folder,
                                                 std::span<const std::string> cases,
                                                 const Plans& plans,
                                                 const std::string& trainer,
                                                 const ConfigurationPlan& configuration);

/// Name of the file of a case for a next stage whose preprocessed image is `image`: `<case>.b2nd`,
/// or `<case>.npz` where an older nnU-Net preprocessed it, whose loader reads nothing else.
[[nodiscard]] NNFLOW_NNUNET_EXPORT std::string next_stage_file(const std::string& id,
                                                               const std::filesystem::path& image);

/// Writes the labels (z, y, x) of a case to `path` itself (no temporary name: pass one from
/// `Context::artifact`), uint8, or uint16 when `wide`: as its ending says, a b2nd array cut for
/// `patch`, or an archive with the array `seg`.
NNFLOW_NNUNET_EXPORT void write_next_stage(const std::filesystem::path& path,
                                           std::span<const std::int16_t> labels,
                                           const imaging::Extent3& extent,
                                           std::span<const std::int64_t> patch,
                                           bool wide);

}  // namespace nnflow::nnunet
