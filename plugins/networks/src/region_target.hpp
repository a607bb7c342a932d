// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ATen/core/Tensor.h>

#include "nnflow/networks/loss.hpp"

namespace nnflow::networks {

/// Bool (n, regions, ...) of an int16 label map (n, ...).
[[nodiscard]] at::Tensor region_target(const at::Tensor& labels, const LossOptions& options);

}  // namespace nnflow::networks
