// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "conv_unit.hpp"

#include <ATen/ATen.h>

#include <cmath>
#include <stdexcept>

#include "direct/direct_conv.hpp"
#include "nnflow/rng.hpp"
#include "norm_act.hpp"

namespace nnflow::networks {
namespace {

bool runs_fused(const at::Tensor& tensor) {
  return tensor.is_cpu() &&
         (tensor.scalar_type() == at::kFloat || tensor.scalar_type() == at::kBFloat16);
}

at::Tensor convolve(const NetworkState& state,
                    const Joined& input,
                    std::size_t parameter,
                    bool bias,
                    const DirectConv& conv) {
  const at::Tensor& weight = state.parameters[parameter];
  const at::Tensor shift = bias ? state.parameters[parameter + 1] : at::Tensor();
  if (runs_direct(input.x)) return direct_conv(input.x, input.skip, weight, shift, conv);
  const std::vector<std::int64_t> ones(conv.stride.size(), 1);
  const std::vector<std::int64_t> zeros(conv.stride.size(), 0);
  return at::convolution(input.x, weight, shift, conv.stride, conv.padding, ones, conv.transposed,
                         zeros,
                         /*groups=*/1);
}

}  // namespace

at::Tensor prepare_input(const at::Tensor& input, int dimensions, bool bf16) {
  if (!runs_fused(input)) return input;
  // With one channel both layouts are one, and operators would take it for the other: name the
  // strides.
  const at::Tensor rows = (bf16 ? input.to(at::kBFloat16) : input).movedim(1, -1).contiguous();
  std::vector<std::int64_t> strides = rows.strides().vec();
  strides.insert(strides.begin() + 1, 1);
  strides.pop_back();
  if (static_cast<int>(strides.size()) != dimensions + 2)
    throw std::invalid_argument("input has other axes than the network");
  return rows.as_strided(input.sizes(), strides);
}

Joined join(const at::Tensor& x, const at::Tensor& skip) {
  if (runs_direct(x)) return {x, skip};
  return {at::cat({x, skip}, 1), {}};
}

at::Tensor run_conv_unit(const PlacedUnit& unit,
                         const NetworkState& state,
                         const Joined& input,
                         const at::Tensor& residual) {
  const std::vector<at::Tensor>& parameters = state.parameters;
  const at::Tensor y = convolve(state, input, unit.first_parameter, unit.batch_norm && unit.bias,
                                {unit.stride, unit.padding});
  const std::size_t norm = unit.first_parameter + (unit.bias ? 2U : 1U);
  const at::Tensor gamma = unit.affine ? parameters[norm] : at::Tensor();
  const at::Tensor beta = unit.affine ? parameters[norm + 1] : at::Tensor();
  at::Tensor z;
  if (unit.batch_norm) {
    constexpr double kMomentum = 0.1;
    const at::Tensor* const statistics = state.buffers.data() + unit.first_buffer;
    z = at::batch_norm(y, gamma, beta, statistics[0], statistics[1], state.training, kMomentum,
                       unit.eps, true);
    if (state.training) statistics[2].add_(1);
  } else {
    if (runs_fused(y)) return norm_act(y, gamma, beta, residual, unit.eps, unit.slope);
    z = at::instance_norm(y, gamma, beta, {}, {}, true, 0.1, unit.eps, true);
  }
  if (residual.defined()) z = z + residual;
  return unit.slope == 1.0 ? z : at::leaky_relu(z, unit.slope);
}

at::Tensor run_transposed(const NetworkState& state,
                          std::size_t parameter,
                          bool bias,
                          const std::vector<std::int64_t>& stride,
                          const at::Tensor& x) {
  const std::vector<std::int64_t> zeros(stride.size(), 0);
  return convolve(state, {x, {}}, parameter, bias, {stride, zeros, /*transposed=*/true});
}

at::Tensor run_head(const NetworkState& state, std::size_t parameter, const at::Tensor& x) {
  const auto axes = static_cast<std::size_t>(x.dim() - 2);
  const std::vector<std::int64_t> ones(axes, 1);
  const std::vector<std::int64_t> zeros(axes, 0);
  return convolve(state, {x, {}}, parameter, /*bias=*/true,
                  {ones, zeros, /*transposed=*/false, /*single=*/true});
}

void fill_initial(at::Tensor& parameter,
                  const ParameterInfo& info,
                  std::uint64_t seed,
                  std::size_t index) {
  const bool weight =
      info.role == ParameterRole::kConvWeight || info.role == ParameterRole::kTransposedWeight;
  if (!weight) {
    const bool one = info.role == ParameterRole::kNormWeight && !info.zero_norm;
    parameter.fill_(one ? 1.0 : 0.0);
    return;
  }
  std::int64_t fan_in = info.shape[1];
  for (std::size_t axis = 2; axis < info.shape.size(); ++axis) fan_in *= info.shape[axis];
  const double deviation =
      std::sqrt(2.0 / (1.0 + 0.01 * 0.01)) / std::sqrt(static_cast<double>(fan_in));
  Rng rng(seed, "initialise", std::to_string(index));
  at::Tensor values = at::empty(info.shape, at::kFloat);
  auto* data = values.mutable_data_ptr<float>();
  for (std::int64_t i = 0; i < values.numel(); ++i)
    data[i] = static_cast<float>(rng.normal(0.0, deviation));
  parameter.copy_(values);
}

}  // namespace nnflow::networks
