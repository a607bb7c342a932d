// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

namespace nnflow::augment {

/// Sets the chosen channels to 0 wherever the label is negative (nnunet-training 3.1, step 12).
/// @param image channels x label.size()
void mask_outside(std::span<const std::int64_t> channels,
                  std::span<const std::int16_t> label,
                  std::span<float> image);

/// Replaces every `from` by `to` (step 13).
void replace_label(std::int16_t from, std::int16_t to, std::span<std::int16_t> label);

}  // namespace nnflow::augment
