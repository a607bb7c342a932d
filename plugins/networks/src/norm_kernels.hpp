// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

namespace nnflow::networks::kernels {

/// Instance norm, optional sum, LeakyReLU over voxels-by-channels data (channel fastest). All
/// functions work on one run of voxels of one sample, so that runs can be shared out; sums over
/// runs are added in their order by the caller. Each result is a fixed expression of its inputs
/// whatever the instruction set.
///
/// Coefficients hold one value per channel.
struct NormCoefficients {
  std::vector<float> scale;   ///< gamma / sqrt(var + eps)
  std::vector<float> offset;  ///< beta - mean * scale
  std::vector<float> mean;
  std::vector<float> inverse;  ///< 1 / sqrt(var + eps)
};

/// Adds to `sum` and `square` the sums over voxels of `x - shift` and its square, per channel.
void shifted_sums(const float* x,
                  std::int64_t voxels,
                  std::int64_t channels,
                  const float* shift,
                  double* sum,
                  double* square);

/// `y = leaky(x * scale + offset + residual)`; `residual` may be null; `y` may be `x`.
void normalise(const float* x,
               const float* residual,
               std::int64_t voxels,
               std::int64_t channels,
               const NormCoefficients& c,
               float slope,
               float* y);

/// Adds to `sum` the sums of the gradient before the LeakyReLU and to `product` those of it times
/// the normalised value. The sign is that of `y` when there was a residual (non-null), else
/// recomputed from `x`.
void gradient_sums(const float* x,
                   const float* y,
                   const float* grad,
                   std::int64_t voxels,
                   std::int64_t channels,
                   const NormCoefficients& c,
                   float slope,
                   double* sum,
                   double* product);

/// Gradient of `x`: `scale * (g - mean_grad - normalised * mean_product)`, g as in `gradient_sums`.
/// Writes g to `grad_residual` unless null.
void normalise_backward(const float* x,
                        const float* y,
                        const float* grad,
                        std::int64_t voxels,
                        std::int64_t channels,
                        const NormCoefficients& c,
                        float slope,
                        const float* mean_grad,
                        const float* mean_product,
                        float* grad_x,
                        float* grad_residual);

}  // namespace nnflow::networks::kernels
