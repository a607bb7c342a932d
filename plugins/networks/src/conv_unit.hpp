// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "nnflow/networks/state_layout.hpp"

namespace nnflow::networks {

/// A ConvUnit with its place in the parameter list: weight, bias if any, norm weight and bias if
/// affine.
struct PlacedUnit {
  std::size_t first_parameter = 0;
  bool bias = true;
  bool affine = true;
  double eps = 1e-5;
  double slope = 0.01;  ///< of LeakyReLU after the norm; 1 = none
  bool batch_norm = false;
  std::size_t first_buffer = 0;  ///< of the running statistics of a batch norm
  std::vector<std::int64_t> stride;
  std::vector<std::int64_t> padding;
};

/// The tensors of a network.
struct NetworkState {
  std::vector<at::Tensor> parameters;
  std::vector<at::Tensor> buffers;
  bool training = false;  ///< batch norms take the statistics of the batch, and remember them
  bool bf16 = false;      ///< values between the layers, and products, are bfloat16
};

/// `input` in the memory layout in which the network computes fastest on its device.
[[nodiscard]] at::Tensor prepare_input(const at::Tensor& input, int dimensions, bool bf16);

/// The values of `x` with those of `skip` as further channels behind them.
struct Joined {
  at::Tensor x;
  at::Tensor skip;  ///< may be undefined
};

/// The two as one tensor, unless the convolutions for their type can do without.
[[nodiscard]] Joined join(const at::Tensor& x, const at::Tensor& skip);

/// Convolution, norm, plus `residual` if defined, LeakyReLU. Before an instance norm the
/// convolution's bias is left out: the norm removes it exactly (nnunet-training 1.2).
[[nodiscard]] at::Tensor run_conv_unit(const PlacedUnit& unit,
                                       const NetworkState& state,
                                       const Joined& input,
                                       const at::Tensor& residual);

/// Transposed convolution whose kernel is its stride, with its first parameter.
[[nodiscard]] at::Tensor run_transposed(const NetworkState& state,
                                        std::size_t parameter,
                                        bool bias,
                                        const std::vector<std::int64_t>& stride,
                                        const at::Tensor& x);

/// Float32 logits: a convolution with a kernel of one voxel and a bias.
[[nodiscard]] at::Tensor run_head(const NetworkState& state,
                                  std::size_t parameter,
                                  const at::Tensor& x);

/// Initial value of parameter `index` (nnunet-training 1.6).
void fill_initial(at::Tensor& parameter,
                  const ParameterInfo& info,
                  std::uint64_t seed,
                  std::size_t index);

}  // namespace nnflow::networks
