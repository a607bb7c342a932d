// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "nnflow/networks/spec.hpp"

#include <algorithm>

#include "nnflow/error.hpp"

namespace nnflow::networks {
namespace {

constexpr Extent3 kOnes{1, 1, 1};

std::size_t index(std::int64_t value) { return static_cast<std::size_t>(value); }

void require(bool holds, const std::string& where, const std::string& what) {
  if (!holds) throw Error(ErrorCode::kInvalidData, where + ": " + what);
}

void require_length(const std::string& where,
                    const char* name,
                    std::size_t found,
                    std::size_t wanted) {
  require(found == wanted, where,
          std::string(name) + " has " + std::to_string(found) + " entries, expected " +
              std::to_string(wanted));
}

}  // namespace

Extent3 NetworkSpec::divisor() const {
  Extent3 product = kOnes;
  for (const Extent3& stride : strides) {
    for (std::size_t axis = 0; axis < 3; ++axis) product[axis] *= stride[axis];
  }
  return product;
}

void NetworkSpec::validate(const std::string& where) const {
  require(dimensions == 2 || dimensions == 3, where,
          "expected 2 or 3 dimensions, got " + std::to_string(dimensions));
  require(input_channels > 0, where, "expected at least one input channel");
  require(classes > 0, where, "expected at least one output class");
  const std::size_t n = features.size();
  require(n >= 2, where, "n_stages is " + std::to_string(n) + ", expected at least 2");
  require_length(where, "kernel_sizes", kernel_sizes.size(), n);
  require_length(where, "strides", strides.size(), n);
  require_length(where, "blocks per stage", blocks_per_stage.size(), n);
  require_length(where, "n_conv_per_stage_decoder", decoder_convs.size(), n - 1);
  const auto positive = [](std::int64_t value) { return value > 0; };
  require(std::ranges::all_of(features, positive), where, "features_per_stage must be positive");
  require(std::ranges::all_of(blocks_per_stage, positive), where,
          "blocks per stage must be positive");
  require(std::ranges::all_of(decoder_convs, positive), where,
          "n_conv_per_stage_decoder must be positive");
  for (std::size_t s = 0; s < n; ++s) {
    require(std::ranges::all_of(strides[s], positive), where, "strides must be positive");
    require(
        std::ranges::all_of(kernel_sizes[s], [](std::int64_t k) { return k > 0 && k % 2 == 1; }),
        where, "kernel sizes must be odd");
  }
}

std::vector<std::vector<ConvUnit>> plain_encoder(const NetworkSpec& spec) {
  std::vector<std::vector<ConvUnit>> stages(spec.features.size());
  std::int64_t channels = spec.input_channels;
  for (std::size_t s = 0; s < stages.size(); ++s) {
    for (std::int64_t j = 0; j < spec.blocks_per_stage[s]; ++j) {
      ConvUnit unit;
      unit.path = "stages." + std::to_string(s) + ".0.convs." + std::to_string(j);
      unit.in = channels;
      unit.out = spec.features[s];
      unit.kernel = spec.kernel_sizes[s];
      unit.stride = j == 0 ? spec.strides[s] : kOnes;
      unit.bias = spec.conv_bias;
      channels = unit.out;
      stages[s].push_back(std::move(unit));
    }
  }
  return stages;
}

ConvUnit residual_stem(const NetworkSpec& spec) {
  ConvUnit unit;
  unit.path = "stem.convs.0";
  unit.in = spec.input_channels;
  unit.out = spec.features.front();
  unit.kernel = spec.kernel_sizes.front();
  unit.bias = spec.conv_bias;
  return unit;
}

std::vector<std::vector<ResidualBlock>> residual_encoder(const NetworkSpec& spec) {
  std::vector<std::vector<ResidualBlock>> stages(spec.features.size());
  std::int64_t channels = spec.features.front();
  for (std::size_t s = 0; s < stages.size(); ++s) {
    for (std::int64_t b = 0; b < spec.blocks_per_stage[s]; ++b) {
      const std::string path = "stages." + std::to_string(s) + ".blocks." + std::to_string(b);
      ResidualBlock block;
      block.first = {path + ".conv1",
                     channels,
                     spec.features[s],
                     spec.kernel_sizes[s],
                     b == 0 ? spec.strides[s] : kOnes,
                     spec.conv_bias,
                     true,
                     false};
      block.second = {path + ".conv2",
                      spec.features[s],
                      spec.features[s],
                      spec.kernel_sizes[s],
                      kOnes,
                      spec.conv_bias,
                      false,
                      true};
      block.pool = block.first.stride;
      if (channels != spec.features[s]) {
        const std::string index = block.pool == kOnes ? ".skip.0" : ".skip.1";
        block.projection.push_back(
            {path + index, channels, spec.features[s], kOnes, kOnes, false, false, false});
      }
      channels = spec.features[s];
      stages[s].push_back(std::move(block));
    }
  }
  return stages;
}

std::vector<std::vector<ConvUnit>> decoder_stages(const NetworkSpec& spec) {
  const std::int64_t n = spec.stages();
  std::vector<std::vector<ConvUnit>> stages(index(n - 1));
  for (std::int64_t i = 0; i + 1 < n; ++i) {
    const std::size_t resolution = index(n - 2 - i);
    for (std::int64_t j = 0; j < spec.decoder_convs[index(i)]; ++j) {
      ConvUnit unit;
      unit.path = "stages." + std::to_string(i) + ".convs." + std::to_string(j);
      unit.in = spec.features[resolution] * (j == 0 ? 2 : 1);
      unit.out = spec.features[resolution];
      unit.kernel = spec.kernel_sizes[resolution];
      unit.bias = spec.conv_bias;
      stages[index(i)].push_back(std::move(unit));
    }
  }
  return stages;
}

}  // namespace nnflow::networks
