// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "nnflow/imaging/extent.hpp"

namespace nnflow::networks {

using imaging::Extent3;

enum class NetworkKind { kPlainConvUNet, kResidualEncoderUNet };

/// What follows a convolution.
enum class NormKind { kInstance, kBatch };

/// Everything that determines a U-Net's tensors (nnunet-training 1.1 to 1.4). Kernel sizes and
/// strides are in array axis order; in 2D their first entry is 1 and unused.
struct NetworkSpec {
  NetworkKind kind = NetworkKind::kPlainConvUNet;
  int dimensions = 3;                  ///< 2 or 3 spatial axes
  std::int64_t input_channels = 1;     ///< image channels, for a cascade plus the foreground labels
  std::int64_t classes = 2;            ///< segmentation heads: labels with background, or regions
  std::vector<std::int64_t> features;  ///< channels per stage, full resolution first
  std::vector<Extent3> kernel_sizes;   ///< per stage
  std::vector<Extent3> strides;        ///< per stage, of its first convolution
  std::vector<std::int64_t>
      blocks_per_stage;  ///< convolutions (plain) or residual blocks per encoder stage
  std::vector<std::int64_t> decoder_convs;  ///< per decoder stage, LOWEST resolution first
  bool conv_bias = true;
  bool norm_affine = true;
  double norm_eps = 1e-5;
  NormKind norm = NormKind::kInstance;
  double negative_slope = 0.01;  ///< of LeakyReLU; 0 for ReLU
  bool has_dropout = false;  ///< a dropout module exists; only its place in the alias keys matters

  [[nodiscard]] std::int64_t stages() const { return static_cast<std::int64_t>(features.size()); }
  /// Product of the strides of all stages per axis: input extents must be divisible by it.
  [[nodiscard]] Extent3 divisor() const;
  /// Throws Error(kInvalidData), with `where` in front, when list lengths or values do not fit
  /// together.
  void validate(const std::string& where) const;
};

/// One convolution with its normalisation.
struct ConvUnit {
  std::string path;  ///< below `encoder.` or `decoder.`, e.g. `stages.0.0.convs.1`
  std::int64_t in = 0;
  std::int64_t out = 0;
  Extent3 kernel{1, 1, 1};
  Extent3 stride{1, 1, 1};
  bool bias = true;
  bool nonlin = true;
  bool zero_norm = false;  ///< norm starts at weight 0, bias 0 (last of a residual block)
};

/// Convolutions of one residual block; `pool` is the window of the skip path's average pool.
struct ResidualBlock {
  ConvUnit first;
  ConvUnit second;
  std::vector<ConvUnit> projection;  ///< none or one
  Extent3 pool{1, 1, 1};             ///< all ones: no pooling
};

/// Encoder units of a plain network, one inner list per stage.
[[nodiscard]] std::vector<std::vector<ConvUnit>> plain_encoder(const NetworkSpec& spec);
/// Encoder blocks of a residual network, one inner list per stage.
[[nodiscard]] std::vector<std::vector<ResidualBlock>> residual_encoder(const NetworkSpec& spec);
/// The residual network's first convolution.
[[nodiscard]] ConvUnit residual_stem(const NetworkSpec& spec);
/// Decoder units, one inner list per decoder stage, LOWEST resolution first.
[[nodiscard]] std::vector<std::vector<ConvUnit>> decoder_stages(const NetworkSpec& spec);

}  // namespace nnflow::networks
