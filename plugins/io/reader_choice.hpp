// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nnflow/nnflow.hpp>
#include <nnflow/nnunet/dataset.hpp>
#include <nnflow/nnunet/plans.hpp>
#include <string>
#include <vector>

namespace nnflow::io {

/// Class that reads the files of `cases`: that of the plans, which must exist; without plans the
/// one of the data set, tried on the first image; without either, an empty name. Logs which one was
/// chosen for a data set that names none that exists.
[[nodiscard]] std::string reader_of(Context& ctx,
                                    const nnunet::Plans* plans,
                                    const nnunet::DatasetDescription* dataset,
                                    const std::vector<nnunet::CaseFiles>& cases);

}  // namespace nnflow::io
