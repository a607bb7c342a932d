// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

namespace nnflow::predict {

/// One channel per value, 1 where the label map has it, else 0: `out` is (value, z, y, x). What a
/// cascade gets beside the image (nnunet-inference 3.10).
void one_hot(std::span<const std::int16_t> labels,
             std::span<const std::int64_t> values,
             std::span<float> out);

}  // namespace nnflow::predict
