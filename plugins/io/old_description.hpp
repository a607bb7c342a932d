// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nnflow/nnunet/py_json.hpp>
#include <string>

namespace nnflow::io {

// The dataset.json of the Medical Segmentation Decathlon and of nnU-Net v1, in which `modality`
// names the channels and `labels` maps numbers to names, in the form of nnU-Net v2
// (nnunet-data 2.9). Both throw Error(kInvalidData) naming `source` and the key.

/// As nnU-Net's conversion of the Decathlon writes it.
[[nodiscard]] nnunet::Json converted_msd_json(nnunet::Json json, const std::string& source);

/// As nnU-Net's conversion of data sets of its first version writes it: keys about the files that
/// the new form does not have are left out.
[[nodiscard]] nnunet::Json converted_v1_json(nnunet::Json json, const std::string& source);

}  // namespace nnflow::io
