// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "conv_unit.hpp"
#include "inference_unit.hpp"
#include "nnflow/networks/spec.hpp"
#include "nnflow/networks/unet.hpp"

namespace nnflow::networks {

/// A U-Net for inference alone, on the CPU, with the layers of inference_unit.hpp.
class InferenceNetwork {
 public:
  /// Copies what it needs of `state`.
  InferenceNetwork(const NetworkSpec& spec,
                   const NetworkState& state,
                   const std::vector<ParameterInfo>& layout,
                   InferencePrecision precision);

  /// Logits at full resolution, float32, channels last.
  [[nodiscard]] at::Tensor forward(const at::Tensor& input) const;

 private:
  struct Block {
    PlacedUnit first;
    PlacedUnit second;
    std::vector<PlacedUnit> projection;  ///< none or one
    std::vector<std::int64_t> pool;      ///< empty: no pooling
  };
  struct EncoderStage {
    std::vector<PlacedUnit> units;
    std::vector<Block> blocks;
  };
  struct DecoderStage {
    std::vector<std::int64_t> stride;
    std::size_t transposed = 0;  ///< first parameter
    std::vector<PlacedUnit> units;
  };

  PlacedUnit place(const NetworkSpec& spec, const ConvUnit& unit);
  Block place(const NetworkSpec& spec, const ResidualBlock& block);
  [[nodiscard]] at::Tensor run(const Block& block, const at::Tensor& x) const;

  int dimensions_;
  bool bias_;
  InferencePrecision precision_;
  NetworkState state_;
  std::vector<PlacedUnit> stem_;  ///< none or one
  std::vector<EncoderStage> encoder_;
  std::vector<DecoderStage> decoder_;
  std::size_t head_ = 0;         ///< first parameter of the head at full resolution
  std::size_t next_ = 0;         ///< while placing: the next parameter
  std::size_t next_buffer_ = 0;  ///< the same of buffers
};

}  // namespace nnflow::networks
