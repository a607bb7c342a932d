// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "plan/kernels/memory_estimate.hpp"

#include <algorithm>

namespace nnflow::plan {
namespace {

std::vector<std::int64_t> stage_voxels(const Topology& topology) {
  std::vector<std::int64_t> size = topology.patch;
  std::vector<std::int64_t> voxels;
  for (const auto& stride : topology.strides) {
    std::int64_t product = 1;
    for (std::size_t i = 0; i < size.size(); ++i) {
      size[i] /= stride[i];
      product *= size[i];
    }
    voxels.push_back(product);
  }
  return voxels;
}

}  // namespace

std::int64_t feature_map_elements(const Topology& topology,
                                  std::span<const std::int64_t> features,
                                  std::span<const std::int64_t> encoder_depth,
                                  std::span<const std::int64_t> decoder_depth,
                                  Encoder encoder,
                                  std::int64_t label_keys) {
  const auto voxels = stage_voxels(topology);
  std::int64_t total = label_keys * voxels[0];
  if (encoder == Encoder::kResidual) total += features[0] * voxels[0];  // stem
  for (std::size_t s = 0; s < voxels.size(); ++s) {
    const std::int64_t maps = features[s] * voxels[s];
    if (encoder == Encoder::kPlain) {
      total += encoder_depth[s] * maps;
      continue;
    }
    const auto& stride = topology.strides[s];
    const bool projects =
        (s > 0 && features[s] != features[s - 1]) ||
        std::any_of(stride.begin(), stride.end(), [](std::int64_t v) { return v != 1; });
    total += (2 * encoder_depth[s] + (projects ? 1 : 0)) * maps;
  }
  for (std::size_t s = 0; s + 1 < voxels.size(); ++s)
    total += (decoder_depth[s] + 1) * features[s] * voxels[s];
  return total;
}

}  // namespace nnflow::plan
