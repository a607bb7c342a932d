// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace nnflow::imaging {

/// Where PyTorch's `interpolate` takes sample `k` of `out` from, among `in` samples: half-pixel
/// centres in single precision, at least 0 (nnunet-data 6.6). Product and difference are rounded
/// once, as in PyTorch's vectorised builds.
[[nodiscard]] inline float torch_position(std::int64_t k, std::int64_t in, std::int64_t out) {
  const float scale = static_cast<float>(in) / static_cast<float>(out);
  return std::max(std::fma(scale, static_cast<float>(k) + 0.5F, -0.5F), 0.0F);
}

/// The sample that mode `nearest-exact` takes.
[[nodiscard]] inline std::int64_t torch_nearest(std::int64_t k, std::int64_t in, std::int64_t out) {
  return std::min(static_cast<std::int64_t>(torch_position(k, in, out) + 0.5F), in - 1);
}

}  // namespace nnflow::imaging
