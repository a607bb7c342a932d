// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// nnU-Net's trainer classes as the files of pipelines/trainers have them, and what
// make_trainers.py wrote about the classes.
#pragma once

#include <filesystem>
#include <string>

#include "nnflow/nnunet/py_json.hpp"

namespace nnflow::test {

/// The folder of make_trainers.py.
[[nodiscard]] std::filesystem::path trainers_folder();

/// The stages of `nnflow train -tr NAME`, by name; each has "use" and "params".
[[nodiscard]] nnunet::Json stages_of(const std::string& trainer);

}  // namespace nnflow::test
