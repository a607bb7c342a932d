// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace nnflow::networks::kernels {

/// Kernels of inference in bfloat16, whose values are given as their 16 bits. Sums and products are
/// float32 or double; results are rounded to nearest, ties to even. Data is voxels by channels,
/// channel fastest. All work on one run of voxels of one sample, so that runs can be shared out.

/// Adds to `sum` and `square`, one value a channel, the sums over voxels of `x - shift` and of its
/// square.
void bf16_shifted_sums(const std::uint16_t* x,
                       std::int64_t voxels,
                       std::int64_t channels,
                       const float* shift,
                       double* sum,
                       double* square);

/// `x = leaky(x * scale + offset + residual)` in place; `scale` and `offset` have one value a
/// channel, `residual` may be null.
void bf16_normalise(std::uint16_t* x,
                    const std::uint16_t* residual,
                    std::int64_t voxels,
                    std::int64_t channels,
                    const float* scale,
                    const float* offset,
                    float slope);

}  // namespace nnflow::networks::kernels
