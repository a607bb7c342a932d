// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace nnflow::networks {

/// What a network computes with.
enum class Precision {
  kFloat32,
  /// Values between the layers and factors of products are bfloat16; sums, norm statistics, weights
  /// and their gradients, the logits and the loss are float32.
  kBf16
};

/// Whether this CPU has AVX-512, for which there are convolutions of our own.
[[nodiscard]] bool cpu_has_avx512();

/// Whether this CPU has the instructions for Precision::kBf16.
[[nodiscard]] bool cpu_has_bf16();

/// `float32` or `bf16`; anything else is an Error(kInvalidParam).
[[nodiscard]] Precision parse_precision(std::string_view text);

/// What `parse_precision` throws, and Error(kResource) naming the parameter `precision` and what
/// was expected when bf16 cannot be used on `device` (as parse_device reads it); in the context of
/// `stage`. For the constructor of a stage, so that such a run ends before it reads data.
void require_precision(std::string_view text, std::string_view device, const std::string& stage);

}  // namespace nnflow::networks
