// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "predict/tile_network.hpp"

#include <ATen/ATen.h>
#include <ATen/autocast_mode.h>

#include <cstddef>

namespace nnflow::predict {

namespace {

/// Float16 autocast for CUDA tensors while it lives.
class Autocast {
 public:
  explicit Autocast(bool enable) : enabled_(enable) {
    if (enabled_) at::autocast::set_autocast_enabled(at::kCUDA, true);
  }
  Autocast(const Autocast&) = delete;
  Autocast& operator=(const Autocast&) = delete;
  ~Autocast() {
    if (!enabled_) return;
    at::autocast::clear_cache();
    at::autocast::set_autocast_enabled(at::kCUDA, false);
  }

 private:
  bool enabled_;
};

at::Tensor flipped(const at::Tensor& tensor, const Mirror& mirror) {
  std::vector<std::int64_t> dimensions;
  for (std::int64_t axis = 5 - tensor.dim(); axis < 3; ++axis) {
    if (mirror[static_cast<std::size_t>(axis)]) dimensions.push_back(tensor.dim() - 3 + axis);
  }
  return dimensions.empty() ? tensor : at::flip(tensor, dimensions);
}

}  // namespace

at::Tensor mirrored_logits(const networks::UNet& network,
                           const at::Tensor& tiles,
                           const std::vector<Mirror>& mirrors,
                           bool keep_half) {
  const Autocast autocast(tiles.is_cuda());
  at::Tensor sum;
  for (const Mirror& mirror : mirrors) {
    at::Tensor output = network.forward(flipped(tiles, mirror), false).front();
    if (!keep_half) output = output.to(at::kFloat);
    output = flipped(output, mirror);
    sum = sum.defined() ? sum.add_(output) : output.clone();
  }
  return mirrors.size() == 1 ? sum : sum.div_(static_cast<double>(mirrors.size()));
}

}  // namespace nnflow::predict
