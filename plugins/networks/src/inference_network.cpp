// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "inference_network.hpp"

#include <ATen/ATen.h>

#include <stdexcept>
#include <utility>

namespace nnflow::networks {
namespace {

const Extent3 kOnes{1, 1, 1};

std::vector<std::int64_t> axes(const Extent3& extent, int dimensions) {
  return {extent.begin() + (3 - dimensions), extent.end()};
}

}  // namespace

PlacedUnit InferenceNetwork::place(const NetworkSpec& spec, const ConvUnit& unit) {
  PlacedUnit placed;
  placed.first_parameter = next_;
  placed.bias = unit.bias;
  placed.affine = spec.norm_affine;
  placed.eps = spec.norm_eps;
  placed.slope = unit.nonlin ? spec.negative_slope : 1.0;
  placed.stride = axes(unit.stride, dimensions_);
  placed.batch_norm = spec.norm == NormKind::kBatch;
  placed.first_buffer = next_buffer_;
  if (placed.batch_norm) next_buffer_ += 3;
  for (const std::int64_t k : axes(unit.kernel, dimensions_)) placed.padding.push_back((k - 1) / 2);
  next_ += (unit.bias ? 2U : 1U) + (spec.norm_affine ? 2U : 0U);
  return placed;
}

InferenceNetwork::Block InferenceNetwork::place(const NetworkSpec& spec,
                                                const ResidualBlock& block) {
  Block placed;
  placed.first = place(spec, block.first);
  placed.second = place(spec, block.second);
  placed.second.slope = spec.negative_slope;  // applied after the sum
  for (const ConvUnit& unit : block.projection) placed.projection.push_back(place(spec, unit));
  if (block.pool != kOnes) placed.pool = axes(block.pool, dimensions_);
  return placed;
}

InferenceNetwork::InferenceNetwork(const NetworkSpec& spec,
                                   const NetworkState& state,
                                   const std::vector<ParameterInfo>& layout,
                                   InferencePrecision precision)
    : dimensions_(spec.dimensions), bias_(spec.conv_bias), precision_(precision) {
  if (spec.kind == NetworkKind::kPlainConvUNet) {
    for (const auto& stage : plain_encoder(spec)) {
      EncoderStage& placed = encoder_.emplace_back();
      for (const ConvUnit& unit : stage) placed.units.push_back(place(spec, unit));
    }
  } else {
    stem_.push_back(place(spec, residual_stem(spec)));
    for (const auto& stage : residual_encoder(spec)) {
      EncoderStage& placed = encoder_.emplace_back();
      for (const ResidualBlock& block : stage) placed.blocks.push_back(place(spec, block));
    }
  }
  const auto stages = decoder_stages(spec);
  for (std::size_t i = 0; i < stages.size(); ++i) {
    DecoderStage& placed = decoder_.emplace_back();
    placed.stride = axes(spec.strides[spec.features.size() - 1 - i], dimensions_);
    for (const ConvUnit& unit : stages[i]) placed.units.push_back(place(spec, unit));
  }
  for (DecoderStage& stage : decoder_) {
    stage.transposed = next_;
    next_ += spec.conv_bias ? 2U : 1U;
  }
  std::vector<std::size_t> heads;
  for (std::size_t i = 0; i < decoder_.size(); ++i) {
    heads.push_back(next_);
    next_ += 2;
  }
  if (next_ != layout.size()) throw std::logic_error("parameter layout and network disagree");
  head_ = heads.back();
  state_ = inference_state(state, layout, heads, precision);
}

at::Tensor InferenceNetwork::run(const Block& block, const at::Tensor& x) const {
  at::Tensor skip = x;
  if (!block.pool.empty()) {
    // Torch has no pooling of bfloat16 in 3D.
    skip = skip.to(at::kFloat);
    skip = dimensions_ == 2 ? at::avg_pool2d(skip, block.pool, block.pool)
                            : at::avg_pool3d(skip, block.pool, block.pool);
    skip = inference_input(skip, dimensions_, precision_);
  }
  for (const PlacedUnit& unit : block.projection) skip = infer_unit(unit, state_, skip, {});
  const at::Tensor inner = infer_unit(block.first, state_, x, {});
  return infer_unit(block.second, state_, inner, skip);
}

at::Tensor InferenceNetwork::forward(const at::Tensor& input) const {
  at::Tensor x = inference_input(input, dimensions_, precision_);
  for (const PlacedUnit& unit : stem_) x = infer_unit(unit, state_, x, {});
  std::vector<at::Tensor> skips;
  for (const EncoderStage& stage : encoder_) {
    for (const PlacedUnit& unit : stage.units) x = infer_unit(unit, state_, x, {});
    for (const Block& block : stage.blocks) x = run(block, x);
    skips.push_back(x);
  }
  skips.pop_back();
  for (const DecoderStage& stage : decoder_) {
    const at::Tensor bias = bias_ ? state_.parameters[stage.transposed + 1] : at::Tensor();
    const at::Tensor skip = std::move(skips.back());
    skips.pop_back();
    x = infer_upsample_concat(x, state_.parameters[stage.transposed], bias, stage.stride, skip);
    for (const PlacedUnit& unit : stage.units) x = infer_unit(unit, state_, x, {});
  }
  return infer_head(x, state_.parameters[head_], state_.parameters[head_ + 1]);
}

}  // namespace nnflow::networks
