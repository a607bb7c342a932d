// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <nnflow/error.hpp>
#include <nnflow/nnunet/dataset.hpp>
#include <nnflow/nnunet/plans.hpp>

namespace nnflow::plan {

/// The configurations of `wanted` (empty: all) that the plans have, each after its previous stage
/// if that is wanted too, or with `previous_stages` in any case. Default configurations that the
/// plans do not have are told to `left_out`; other unknown names throw Error(kInvalidParam).
[[nodiscard]] std::vector<std::string> ordered_configurations(
    const nnunet::Plans& plans,
    const std::vector<std::string>& wanted,
    bool previous_stages,
    const std::function<void(const std::string&)>& left_out);

/// Whether the validations of `folds` see every case: fold all, or every one of the data set's
/// splits_final.json, without it of nnU-Net's five. `dataset` may be null.
[[nodiscard]] bool validate_every_case(const std::vector<std::string>& folds,
                                       const nnunet::DatasetDescription* dataset);

/// What to throw when no configuration is left.
[[nodiscard]] Error none_planned(const nnunet::Plans& plans);

}  // namespace nnflow::plan
