// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "inference_unit.hpp"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <optional>

#include "norm_act.hpp"

namespace nnflow::networks {
namespace {

at::MemoryFormat channels_last(std::int64_t dimensions) {
  return dimensions == 4 ? at::MemoryFormat::ChannelsLast : at::MemoryFormat::ChannelsLast3d;
}

/// A transposed convolution whose kernel is its stride, (in, out, kernel...), as the pointwise
/// convolution to (kernel..., out) channels.
at::Tensor pointwise(const at::Tensor& weight) {
  const std::vector<std::int64_t> ones(static_cast<std::size_t>(weight.dim() - 2), 1);
  std::vector<std::int64_t> shape{weight.numel() / weight.size(0), weight.size(0)};
  shape.insert(shape.end(), ones.begin(), ones.end());
  return weight.movedim(0, -1).movedim(0, -2).contiguous().view(shape);
}

at::Tensor convolution(const at::Tensor& x,
                       const at::Tensor& weight,
                       const at::Tensor& bias,
                       const std::vector<std::int64_t>& stride,
                       const std::vector<std::int64_t>& padding) {
  const std::vector<std::int64_t> ones(stride.size(), 1);
  std::optional<at::Tensor> given;
  if (bias.defined()) given = bias.to(x.scalar_type());
  const at::Tensor y = at::mkldnn_convolution(x, weight, given, padding, stride, ones, 1);
  // With one channel both layouts are one, and operators would take it for the other.
  const at::Tensor rows = y.movedim(1, -1).contiguous();
  std::vector<std::int64_t> strides = rows.strides().vec();
  strides.insert(strides.begin() + 1, 1);
  strides.pop_back();
  return rows.as_strided(y.sizes(), strides);
}

/// The batch norm of bfloat16 values by running statistics, plus `residual` if defined, LeakyReLU.
at::Tensor batch_norm_act(const at::Tensor& y,
                          const at::Tensor& gamma,
                          const at::Tensor& beta,
                          const at::Tensor* statistics,
                          const at::Tensor& residual,
                          const PlacedUnit& unit) {
  const auto* mean = statistics[0].const_data_ptr<float>();
  const auto* variance = statistics[1].const_data_ptr<float>();
  std::vector<float> scales;
  std::vector<float> offsets;
  for (std::int64_t c = 0; c < y.size(1); ++c) {
    const double weight = gamma.defined() ? gamma.const_data_ptr<float>()[c] : 1.0;
    const double bias = beta.defined() ? beta.const_data_ptr<float>()[c] : 0.0;
    const double scale = weight / std::sqrt(static_cast<double>(variance[c]) + unit.eps);
    scales.push_back(static_cast<float>(scale));
    offsets.push_back(static_cast<float>(bias - static_cast<double>(mean[c]) * scale));
  }
  return scale_act(y, scales, offsets, residual, unit.slope);
}

/// One row of the upsampled data and the skip's, side by side.
struct ConcatRow {
  const char* taps;  ///< of the row's first source voxel
  const char* skip;
  char* out;
  std::int64_t sources;
  std::int64_t taps_step;  ///< bytes from source voxel to source voxel
  std::int64_t stride;     ///< voxels made of one
};

/// `kUp` and `kSkip` are the bytes a voxel, 0 = as given.
template <std::size_t kUp, std::size_t kSkip>
void concat_row(ConcatRow row, std::size_t up, std::size_t skip) {
  const std::size_t up_bytes = kUp > 0 ? kUp : up;
  const std::size_t skip_bytes = kSkip > 0 ? kSkip : skip;
  for (std::int64_t source = 0; source < row.sources; ++source) {
    const char* tap = row.taps + source * row.taps_step;
    for (std::int64_t k = 0; k < row.stride; ++k) {
      std::memcpy(row.out, tap, up_bytes);
      std::memcpy(row.out + up_bytes, row.skip, skip_bytes);
      tap += up_bytes;
      row.skip += skip_bytes;
      row.out += up_bytes + skip_bytes;
    }
  }
}

using ConcatRowFunction = void (*)(ConcatRow, std::size_t, std::size_t);

/// The common numbers of features have loops of their own.
ConcatRowFunction concat_row_function(std::size_t up, std::size_t skip) {
  if (up != skip) return concat_row<0, 0>;
  switch (up) {
    case 16:
      return concat_row<16, 16>;
    case 32:
      return concat_row<32, 32>;
    case 64:
      return concat_row<64, 64>;
    case 128:
      return concat_row<128, 128>;
    default:
      return concat_row<0, 0>;
  }
}

}  // namespace

NetworkState inference_state(const NetworkState& state,
                             const std::vector<ParameterInfo>& layout,
                             const std::vector<std::size_t>& heads,
                             InferencePrecision precision) {
  const auto type = precision == InferencePrecision::kBfloat16 ? at::kBFloat16 : at::kFloat;
  NetworkState copy = state;
  copy.training = false;
  for (std::size_t i = 0; i < layout.size(); ++i) {
    at::Tensor& parameter = copy.parameters[i];
    parameter = parameter.detach();
    const bool head = std::find(heads.begin(), heads.end(), i) != heads.end();
    if (layout[i].role == ParameterRole::kTransposedWeight) {
      parameter = pointwise(parameter).to(type);
    } else if (layout[i].role == ParameterRole::kConvWeight) {
      parameter = parameter.to(head ? at::kFloat : type).contiguous(channels_last(parameter.dim()));
    }
  }
  return copy;
}

at::Tensor inference_input(const at::Tensor& input, int dimensions, InferencePrecision precision) {
  return prepare_input(input, dimensions, precision == InferencePrecision::kBfloat16);
}

at::Tensor infer_unit(const PlacedUnit& unit,
                      const NetworkState& state,
                      const at::Tensor& x,
                      const at::Tensor& residual) {
  const std::vector<at::Tensor>& parameters = state.parameters;
  const std::size_t norm = unit.first_parameter + (unit.bias ? 2U : 1U);
  const at::Tensor gamma = unit.affine ? parameters[norm] : at::Tensor();
  const at::Tensor beta = unit.affine ? parameters[norm + 1] : at::Tensor();
  // An instance norm removes the bias exactly.
  const bool bias = unit.batch_norm && unit.bias;
  const at::Tensor y = convolution(x, parameters[unit.first_parameter],
                                   bias ? parameters[unit.first_parameter + 1] : at::Tensor(),
                                   unit.stride, unit.padding);
  if (!unit.batch_norm) return norm_act(y, gamma, beta, residual, unit.eps, unit.slope);
  const at::Tensor* const statistics = state.buffers.data() + unit.first_buffer;
  if (y.scalar_type() == at::kBFloat16)
    return batch_norm_act(y, gamma, beta, statistics, residual, unit);
  constexpr double kMomentum = 0.1;
  at::Tensor z = at::batch_norm(y, gamma, beta, statistics[0], statistics[1], /*training=*/false,
                                kMomentum, unit.eps, true);
  if (residual.defined()) z = z + residual;
  return unit.slope == 1.0 ? z : at::leaky_relu(z, unit.slope);
}

at::Tensor infer_upsample_concat(const at::Tensor& x,
                                 const at::Tensor& weight,
                                 const at::Tensor& bias,
                                 const std::vector<std::int64_t>& stride,
                                 const at::Tensor& skip) {
  std::int64_t taps = 1;
  for (const std::int64_t step : stride) taps *= step;
  const std::vector<std::int64_t> ones(stride.size(), 1);
  const std::vector<std::int64_t> zeros(stride.size(), 0);
  const at::Tensor up =
      convolution(x, weight, bias.defined() ? bias.repeat({taps}) : bias, ones, zeros);
  const at::Tensor skip_rows = skip.movedim(1, -1).contiguous();
  const std::int64_t channels = weight.size(0) / taps;
  std::vector<std::int64_t> shape = skip.sizes().vec();
  shape[1] += channels;
  at::Tensor out = at::empty(shape, x.options(), channels_last(skip.dim()));

  // 2D data is one slice.
  const bool flat = stride.size() == 2;
  const std::int64_t step_z = flat ? 1 : stride[0];
  const std::int64_t step_y = stride[flat ? 0 : 1];
  const std::int64_t step_x = stride[flat ? 1 : 2];
  const std::int64_t depth = flat ? 1 : x.size(2);
  const std::int64_t height = x.size(flat ? 2 : 3);
  const std::int64_t width = x.size(flat ? 3 : 4);
  const auto element = static_cast<std::int64_t>(x.element_size());
  const std::int64_t up_bytes = channels * element;
  const std::int64_t skip_bytes = skip.size(1) * element;
  const auto* up_data = static_cast<const char*>(up.const_data_ptr());
  const auto* skip_data = static_cast<const char*>(skip_rows.const_data_ptr());
  auto* out_data = static_cast<char*>(out.mutable_data_ptr());
  const auto function =
      concat_row_function(static_cast<std::size_t>(up_bytes), static_cast<std::size_t>(skip_bytes));
  const std::int64_t rows = x.size(0) * depth * step_z * height * step_y;
  constexpr std::int64_t kRowsTogether = 64;
  at::parallel_for(0, rows, kRowsTogether, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t row = begin; row < end; ++row) {
      const std::int64_t out_y = row % (height * step_y);
      const std::int64_t slice = row / (height * step_y);  // sample and z
      const std::int64_t out_z = slice % (depth * step_z);
      const std::int64_t source_row =
          (slice / (depth * step_z) * depth + out_z / step_z) * height + out_y / step_y;
      const std::int64_t tap = ((out_z % step_z) * step_y + out_y % step_y) * step_x;
      const std::int64_t out_voxel = row * width * step_x;
      function({up_data + (source_row * width * taps + tap) * up_bytes,
                skip_data + out_voxel * skip_bytes, out_data + out_voxel * (up_bytes + skip_bytes),
                width, taps * up_bytes, step_x},
               static_cast<std::size_t>(up_bytes), static_cast<std::size_t>(skip_bytes));
    }
  });
  return out;
}

at::Tensor infer_head(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias) {
  const std::vector<std::int64_t> ones(static_cast<std::size_t>(x.dim() - 2), 1);
  const std::vector<std::int64_t> zeros(ones.size(), 0);
  return convolution(x.to(at::kFloat), weight, bias, ones, zeros);
}

}  // namespace nnflow::networks
