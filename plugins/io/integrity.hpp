// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nnflow/nnunet/dataset.hpp>

namespace nnflow::io {

/// Throws Error(kInvalidData) with all findings where the files of a data set are not what its
/// dataset.json says.
void require_integrity(const nnunet::DatasetDescription& dataset);

}  // namespace nnflow::io
