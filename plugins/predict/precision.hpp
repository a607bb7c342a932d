// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nnflow/networks/unet.hpp>
#include <string>

namespace nnflow::predict {

/// What the parameter `precision` stands for: `float32` or `bf16`.
[[nodiscard]] networks::InferencePrecision network_precision(const std::string& text);

/// Throws Error(kInvalidParam) where bf16 is asked for on another device than the CPU, and
/// Error(kResource) where this CPU would be slow in it; both name `stage`.
void require_precision(const std::string& text,
                       const std::string& device,
                       const std::string& stage);

}  // namespace nnflow::predict
