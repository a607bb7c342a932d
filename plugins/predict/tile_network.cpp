// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "predict/tile_network.hpp"

#include <ATen/ATen.h>
#include <ATen/autocast_mode.h>

#include <algorithm>
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

at::Tensor flipped(const at::Tensor& tensor, const std::vector<std::int64_t>& axes) {
  std::vector<std::int64_t> dimensions;
  for (const auto axis : axes) dimensions.push_back(axis + 2);
  return dimensions.empty() ? tensor : at::flip(tensor, dimensions);
}

}  // namespace

std::vector<std::vector<std::int64_t>> mirror_subsets(const std::vector<int>& axes) {
  std::vector<std::vector<std::int64_t>> subsets;
  for (unsigned mask = 1; mask < (1U << axes.size()); ++mask) {
    auto& subset = subsets.emplace_back();
    for (std::size_t i = 0; i < axes.size(); ++i) {
      if ((mask >> i & 1U) != 0) subset.push_back(axes[i]);
    }
  }
  std::sort(subsets.begin(), subsets.end(), [](const auto& a, const auto& b) {
    return a.size() != b.size() ? a.size() < b.size() : a < b;
  });
  return subsets;
}

at::Tensor mirrored_logits(const networks::UNet& network,
                           const at::Tensor& tiles,
                           const std::vector<std::vector<std::int64_t>>& subsets,
                           std::int64_t largest_batch,
                           bool keep_half) {
  const Autocast autocast(tiles.is_cuda());
  std::vector<std::vector<std::int64_t>> variants{{}};
  variants.insert(variants.end(), subsets.begin(), subsets.end());
  const std::int64_t count = tiles.size(0);
  const auto together = static_cast<std::size_t>(std::max<std::int64_t>(1, largest_batch / count));
  at::Tensor sum;
  for (std::size_t first = 0; first < variants.size(); first += together) {
    const std::size_t last = std::min(first + together, variants.size());
    std::vector<at::Tensor> inputs;
    for (std::size_t i = first; i < last; ++i) inputs.push_back(flipped(tiles, variants[i]));
    at::Tensor input = inputs.size() == 1 ? inputs.front() : at::cat(inputs);
    // Torch takes a slow convolution for small CPU inputs of batch 1: an idle second tile is
    // cheaper.
    if (input.size(0) == 1 && largest_batch > 1) input = at::cat({input, input});
    at::Tensor output = network.forward(input, false).front();
    if (!keep_half) output = output.to(at::kFloat);
    for (std::size_t i = first; i < last; ++i) {
      const at::Tensor part = output.narrow(0, static_cast<std::int64_t>(i - first) * count, count);
      sum = sum.defined() ? sum.add_(flipped(part, variants[i])) : part.clone();
    }
  }
  return variants.size() == 1 ? sum : sum.div_(static_cast<double>(variants.size()));
}

std::int64_t preferred_batch(std::int64_t patch_voxels) {
  constexpr std::int64_t kLarge = 500'000;  // a second tile would only cost memory
  constexpr std::int64_t kTogether = 40'000;
  return patch_voxels > kLarge ? 1 : std::clamp<std::int64_t>(kTogether / patch_voxels, 2, 4);
}

}  // namespace nnflow::predict
