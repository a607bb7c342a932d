// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

namespace nnflow::networks {

/// `leaky(instance_norm(x) * gamma + beta + residual)`, differentiable, for float32 and, where the
/// CPU has its instructions, bfloat16 on the CPU with channels-last results; `gamma` and `beta`,
/// float32, and `residual` may be undefined. One pass over memory where separate operators need
/// five. Overwrites `x` when no gradient is asked for.
[[nodiscard]] at::Tensor norm_act(const at::Tensor& x,
                                  const at::Tensor& gamma,
                                  const at::Tensor& beta,
                                  const at::Tensor& residual,
                                  double eps,
                                  double slope);

/// `leaky(x * scale + offset + residual)`, not differentiable, for what norm_act takes; `scale` and
/// `offset` have one value a channel. Overwrites `x`.
[[nodiscard]] at::Tensor scale_act(const at::Tensor& x,
                                   const std::vector<float>& scale,
                                   const std::vector<float>& offset,
                                   const at::Tensor& residual,
                                   double slope);

}  // namespace nnflow::networks
