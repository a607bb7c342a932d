// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "conv_unit.hpp"
#include "nnflow/networks/unet.hpp"

namespace nnflow::networks {

/// Layers of inference on the CPU, through oneDNN's convolutions with channels-last data whatever
/// the size of the batch. (The dispatcher of at::convolution takes a slow path for small batches.)
/// In bfloat16 the data between layers is bfloat16, sums are float32.

/// Copies of the tensors of a network as these layers want them: weights of convolutions
/// channels-last in `precision`, those of transposed convolutions as the matrix of a pointwise one.
/// All else, and the parameters in `heads`, stays float32.
[[nodiscard]] NetworkState inference_state(const NetworkState& state,
                                           const std::vector<ParameterInfo>& layout,
                                           const std::vector<std::size_t>& heads,
                                           InferencePrecision precision);

/// `input` channels-last in the precision of the state.
[[nodiscard]] at::Tensor inference_input(const at::Tensor& input,
                                         int dimensions,
                                         InferencePrecision precision);

/// As run_conv_unit.
[[nodiscard]] at::Tensor infer_unit(const PlacedUnit& unit,
                                    const NetworkState& state,
                                    const at::Tensor& x,
                                    const at::Tensor& residual);

/// The transposed convolution of `x` (kernel = stride) and behind it the channels of `skip`.
/// `weight` is that of `inference_state`; `bias` may be undefined.
[[nodiscard]] at::Tensor infer_upsample_concat(const at::Tensor& x,
                                               const at::Tensor& weight,
                                               const at::Tensor& bias,
                                               const std::vector<std::int64_t>& stride,
                                               const at::Tensor& skip);

/// The pointwise convolution of a head, float32.
[[nodiscard]] at::Tensor infer_head(const at::Tensor& x,
                                    const at::Tensor& weight,
                                    const at::Tensor& bias);

}  // namespace nnflow::networks
