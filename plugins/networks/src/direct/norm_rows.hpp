// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "direct/conv_shape.hpp"
#include "norm_kernels.hpp"

namespace nnflow::networks::kernels {

// The functions of norm_kernels.hpp for bfloat16 values: computed in float32, results rounded to
// the nearest.

void shifted_sums(const Bf16* x,
                  std::int64_t voxels,
                  std::int64_t channels,
                  const float* shift,
                  double* sum,
                  double* square);

void normalise(const Bf16* x,
               const Bf16* residual,
               std::int64_t voxels,
               std::int64_t channels,
               const NormCoefficients& c,
               float slope,
               Bf16* y);

void gradient_sums(const Bf16* x,
                   const Bf16* y,
                   const Bf16* grad,
                   std::int64_t voxels,
                   std::int64_t channels,
                   const NormCoefficients& c,
                   float slope,
                   double* sum,
                   double* product);

void normalise_backward(const Bf16* x,
                        const Bf16* y,
                        const Bf16* grad,
                        std::int64_t voxels,
                        std::int64_t channels,
                        const NormCoefficients& c,
                        float slope,
                        const float* mean_grad,
                        const float* mean_product,
                        Bf16* grad_x,
                        Bf16* grad_residual);

}  // namespace nnflow::networks::kernels
