// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "nnflow/nnunet/export.hpp"
#include "nnflow/nnunet/py_json.hpp"

namespace nnflow::nnunet {

/// What differs between two documents, one text a value: `labels.tumour was 2, is 3`,
/// `description is new`, `licence is gone`. Objects are compared key by key, whatever their order;
/// other values as a whole. Empty when the documents are equal.
[[nodiscard]] NNFLOW_NNUNET_EXPORT std::vector<std::string> json_differences(const Json& before,
                                                                             const Json& now);

}  // namespace nnflow::nnunet
