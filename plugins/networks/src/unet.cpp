// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "nnflow/networks/unet.hpp"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <optional>
#include <stdexcept>

#include "conv_unit.hpp"
#include "inference_network.hpp"

namespace nnflow::networks {
namespace {

const Extent3 kOnes{1, 1, 1};

/// A residual block with the indices of its units' first parameters.
struct PlacedBlock {
  PlacedUnit first;
  PlacedUnit second;
  std::vector<PlacedUnit> projection;
  std::vector<std::int64_t> pool;  ///< empty: no pooling
};

struct EncoderStage {
  std::vector<PlacedUnit> units;    ///< of a plain network
  std::vector<PlacedBlock> blocks;  ///< of a residual network
};

struct DecoderStage {
  std::vector<std::int64_t> stride;
  std::size_t transposed = 0;  ///< first parameter
  std::vector<PlacedUnit> units;
  std::size_t head = 0;  ///< first parameter
};

}  // namespace

struct UNet::Impl {
  NetworkSpec spec;
  std::vector<ParameterInfo> layout;
  NetworkState state;
  std::optional<InferenceNetwork> inference;  ///< of prepare_inference
  std::vector<PlacedUnit> stem;               ///< none or one
  std::vector<EncoderStage> encoder;
  std::vector<DecoderStage> decoder;

  std::size_t next = 0;
  std::size_t next_buffer = 0;

  [[nodiscard]] std::vector<std::int64_t> axes(const Extent3& extent) const {
    return {extent.begin() + (3 - spec.dimensions), extent.end()};
  }

  PlacedUnit place(const ConvUnit& unit) {
    PlacedUnit placed;
    placed.first_parameter = next;
    placed.bias = unit.bias;
    placed.affine = spec.norm_affine;
    placed.eps = spec.norm_eps;
    placed.slope = unit.nonlin ? spec.negative_slope : 1.0;
    placed.stride = axes(unit.stride);
    placed.batch_norm = spec.norm == NormKind::kBatch;
    placed.first_buffer = next_buffer;
    if (placed.batch_norm) next_buffer += 3;
    for (const std::int64_t k : axes(unit.kernel)) placed.padding.push_back((k - 1) / 2);
    next += (unit.bias ? 2U : 1U) + (spec.norm_affine ? 2U : 0U);
    return placed;
  }

  void build() {
    if (spec.kind == NetworkKind::kPlainConvUNet) {
      for (const auto& stage : plain_encoder(spec)) {
        EncoderStage& placed = encoder.emplace_back();
        for (const ConvUnit& unit : stage) placed.units.push_back(place(unit));
      }
    } else {
      stem.push_back(place(residual_stem(spec)));
      for (const auto& stage : residual_encoder(spec)) {
        EncoderStage& placed = encoder.emplace_back();
        for (const ResidualBlock& block : stage) {
          PlacedBlock& target = placed.blocks.emplace_back();
          target.first = place(block.first);
          target.second = place(block.second);
          target.second.slope = spec.negative_slope;  // applied after the sum
          for (const ConvUnit& unit : block.projection) target.projection.push_back(place(unit));
          if (block.pool != kOnes) target.pool = axes(block.pool);
        }
      }
    }
    const auto stages = decoder_stages(spec);
    for (std::size_t i = 0; i < stages.size(); ++i) {
      DecoderStage& placed = decoder.emplace_back();
      placed.stride = axes(spec.strides[spec.features.size() - 1 - i]);
      for (const ConvUnit& unit : stages[i]) placed.units.push_back(place(unit));
    }
    for (DecoderStage& stage : decoder) {
      stage.transposed = next;
      next += spec.conv_bias ? 2U : 1U;
    }
    for (DecoderStage& stage : decoder) {
      stage.head = next;
      next += 2;
    }
  }

  [[nodiscard]] at::Tensor run_block(const PlacedBlock& block, const at::Tensor& x) const {
    at::Tensor skip = x;
    if (!block.pool.empty()) {
      const at::ScalarType type = skip.scalar_type();
      if (type == at::kBFloat16)
        skip = skip.to(at::kFloat);  // Torch's CPU pooling does not know it
      skip = spec.dimensions == 2 ? at::avg_pool2d(skip, block.pool, block.pool)
                                  : at::avg_pool3d(skip, block.pool, block.pool);
      skip = skip.to(type);
    }
    for (const PlacedUnit& unit : block.projection)
      skip = run_conv_unit(unit, state, {skip, {}}, {});
    const at::Tensor inner = run_conv_unit(block.first, state, {x, {}}, {});
    return run_conv_unit(block.second, state, {inner, {}}, skip);
  }
};

UNet::UNet(NetworkSpec spec) : impl_(std::make_unique<Impl>()) {
  spec.validate("network");
  impl_->layout = parameter_layout(spec);
  impl_->spec = std::move(spec);
  impl_->build();
  if (impl_->next != impl_->layout.size())
    throw std::logic_error("parameter layout and network disagree");
  for (const ParameterInfo& info : impl_->layout) {
    const bool one = info.role == ParameterRole::kNormWeight && !info.zero_norm;
    impl_->state.parameters.push_back(at::full(info.shape, one ? 1.0 : 0.0, at::kFloat));
  }
  for (const ParameterInfo& info : buffer_layout(impl_->spec)) {
    const bool one = info.role == ParameterRole::kRunningVariance;
    const bool counts = info.role == ParameterRole::kBatchCount;
    impl_->state.buffers.push_back(
        at::full(info.shape, one ? 1.0 : 0.0, counts ? at::kLong : at::kFloat));
  }
}

UNet::UNet(UNet&&) noexcept = default;
UNet& UNet::operator=(UNet&&) noexcept = default;
UNet::~UNet() = default;

const NetworkSpec& UNet::spec() const { return impl_->spec; }
const std::vector<ParameterInfo>& UNet::layout() const { return impl_->layout; }
const std::vector<at::Tensor>& UNet::parameters() const { return impl_->state.parameters; }
const std::vector<at::Tensor>& UNet::buffers() const { return impl_->state.buffers; }
void UNet::set_training(bool training) { impl_->state.training = training; }
void UNet::set_precision(Precision precision) { impl_->state.bf16 = precision == Precision::kBf16; }

void UNet::initialise(std::uint64_t seed) {
  const c10::NoGradGuard no_grad;
  for (std::size_t i = 0; i < impl_->layout.size(); ++i) {
    fill_initial(impl_->state.parameters[i], impl_->layout[i], seed, i);
  }
}

void UNet::move_to(const torch_bridge::DeviceSpec& device) {
  const at::Device target = device.cuda
                                ? at::Device(at::kCUDA, static_cast<at::DeviceIndex>(device.index))
                                : at::Device(at::kCPU);
  for (at::Tensor& buffer : impl_->state.buffers) buffer = buffer.to(target);
  for (at::Tensor& parameter : impl_->state.parameters) {
    const bool gradients = parameter.requires_grad();
    parameter = parameter.detach().to(target).set_requires_grad(gradients);
  }
}

void UNet::require_gradients(bool required) {
  for (at::Tensor& parameter : impl_->state.parameters) parameter.set_requires_grad(required);
}

void UNet::prepare_inference(InferencePrecision precision) {
  impl_->inference.emplace(impl_->spec, impl_->state, impl_->layout, precision);
}

std::vector<at::Tensor> UNet::forward(const at::Tensor& input, bool deep_supervision) const {
  const Impl& net = *impl_;
  if (net.inference && !deep_supervision) return {net.inference->forward(input)};
  const NetworkState& state = net.state;
  at::Tensor x = prepare_input(input, net.spec.dimensions, state.bf16);
  for (const PlacedUnit& unit : net.stem) x = run_conv_unit(unit, state, {x, {}}, {});
  std::vector<at::Tensor> skips;
  for (const EncoderStage& stage : net.encoder) {
    for (const PlacedUnit& unit : stage.units) x = run_conv_unit(unit, state, {x, {}}, {});
    for (const PlacedBlock& block : stage.blocks) x = net.run_block(block, x);
    skips.push_back(x);
  }
  std::vector<at::Tensor> outputs;
  skips.pop_back();
  for (std::size_t i = 0; i < net.decoder.size(); ++i) {
    const DecoderStage& stage = net.decoder[i];
    Joined joined = join(
        run_transposed(state, stage.transposed, net.spec.conv_bias, stage.stride, x), skips.back());
    skips.pop_back();
    x.reset();
    for (const PlacedUnit& unit : stage.units)
      joined = {run_conv_unit(unit, state, joined, {}), {}};
    x = joined.x;
    if (deep_supervision || i + 1 == net.decoder.size())
      outputs.insert(outputs.begin(), run_head(state, stage.head, x));
  }
  return outputs;
}

}  // namespace nnflow::networks
