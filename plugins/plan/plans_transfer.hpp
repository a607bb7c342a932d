// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <nnflow/nnunet/dataset.hpp>
#include <nnflow/nnunet/py_json.hpp>

namespace nnflow::plan {

/// The plans of another data set, a document of nnunet::Plans, as those of `target`, under `name`:
/// data set, name and reader change, and with another name the folders of the preprocessed data
/// (nnunet-data 10). `flat`: the images of `target` are 2D; it matters for TIFF files only.
/// @throws nnflow::Error kInvalidData when there is no reader for the file ending of `target`
[[nodiscard]] nnunet::Json transferred_plans(nnunet::Json plans,
                                             const std::string& source_name,
                                             const nnunet::DatasetDescription& target,
                                             const std::string& name,
                                             bool flat);

}  // namespace nnflow::plan
