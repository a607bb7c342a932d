// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace nnflow::networks {

/// A convolution, or a transposed one, without dilation and groups.
struct DirectConv {
  std::vector<std::int64_t> stride;
  std::vector<std::int64_t> padding;
  bool transposed = false;
  bool single = false;  ///< float32 results of bfloat16 values
};

/// Whether `direct_conv` takes `x`: float32 on a CPU with AVX-512, bfloat16 on one with its
/// products.
[[nodiscard]] bool runs_direct(const at::Tensor& x);

/// A differentiable convolution that sums every result in registers, where Torch's takes its memory
/// apart and puts it together again. `x` is (n, c, ...), `skip`, if defined, more channels of it of
/// the same type; `weight` and `bias`, which may be undefined, are float32 and so are their
/// gradients. Sums are float32, in one order whatever the number of threads. Results have the type
/// of `x`, and their channels last.
[[nodiscard]] at::Tensor direct_conv(const at::Tensor& x,
                                     const at::Tensor& skip,
                                     const at::Tensor& weight,
                                     const at::Tensor& bias,
                                     const DirectConv& conv);

}  // namespace nnflow::networks
