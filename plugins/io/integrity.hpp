// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <nnflow/nnunet/dataset.hpp>
#include <nnflow/nnunet/py_json.hpp>

namespace nnflow::io {

/// Throws Error(kInvalidData) with all findings where the files of a data set are not what its
/// dataset.json says.
void require_integrity(const nnunet::DatasetDescription& dataset);

/// Throws Error(kInvalidParam) that names the differences where a JSON file is there and says
/// something else than `json`.
void require_unchanged(const std::filesystem::path& file, const nnunet::Json& json);

}  // namespace nnflow::io
