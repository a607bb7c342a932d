// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nnflow/value.hpp"

namespace nnflow::runtime {

/// Version, build tag and versions of the libraries of the engine: for `--version --json` and run
/// records.
[[nodiscard]] Value version_info();

}  // namespace nnflow::runtime
