// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace nnflow::nnunet {

/// What is wrong with the name of the weights in a fold's folder: a path would lead out of it.
/// Empty where nothing is. `name` as -chk gives it.
[[nodiscard]] inline std::string wrong_checkpoint_name(const std::string& name) {
  if (!name.empty() && name.find('/') == std::string::npos && name != "." && name != "..")
    return {};
  std::string text = "checkpoint (-chk): got '";
  text.append(name).append(
      "', expected the name of a file in the folder of every fold, such as checkpoint_best.pth");
  return text;
}

}  // namespace nnflow::nnunet
