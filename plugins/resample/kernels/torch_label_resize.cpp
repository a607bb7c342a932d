// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

#include <nnflow/imaging/half.hpp>

#include "resample/kernels/axis_map.hpp"
#include "resample/kernels/resample.hpp"
#include "resample/kernels/slices.hpp"

namespace nnflow::resample {
namespace {

constexpr float kScale = 1000.0F;   // of the scores that are compared in binary16
constexpr float kCertain = 700.0F;  // a score above it decides, whatever the others are

/// Two clamped taps of an output sample and their weights.
struct Taps {
  std::array<std::int64_t, 2> index;
  std::array<float, 2> weight;
};

std::vector<Taps> taps_of(std::int64_t in, std::int64_t out) {
  const AxisMap map = torch_linear_map(in, out);
  std::vector<Taps> taps(static_cast<std::size_t>(out));
  for (std::size_t k = 0; k < taps.size(); ++k) {
    const std::int64_t below = map.start[k] - kLinearPad;
    taps[k] = {{below, std::min(below + 1, in - 1)},
               {static_cast<float>(map.weight[2 * k]), static_cast<float>(map.weight[2 * k + 1])}};
  }
  return taps;
}

/// The eight labels around an output sample, z slowest, and the weights per axis.
struct Corners {
  std::array<std::int16_t, 8> label{};
  std::array<std::array<float, 2>, 3> weight{};

  /// Score of `label`, where a voxel of that label counts `value`. Rounded as PyTorch's vectorised
  /// builds do it, axis by axis from x to z: ties between labels depend on it.
  [[nodiscard]] float score(std::int16_t wanted, float value) const {
    std::array<float, 8> sum{};
    for (std::size_t i = 0; i < 8; ++i) sum[i] = label[i] == wanted ? value : 0.0F;
    std::size_t count = 8;
    for (std::size_t axis = 3; axis-- > 0;) {
      count /= 2;
      for (std::size_t i = 0; i < count; ++i) {
        sum[i] = std::fma(sum[2 * i], weight[axis][0], sum[2 * i + 1] * weight[axis][1]);
      }
    }
    return sum[0];
  }

  [[nodiscard]] std::int16_t highest() const {
    std::array<std::int16_t, 8> candidates = label;
    std::sort(candidates.begin(), candidates.end());
    std::int16_t winner = candidates[0];
    float best = -1.0F;
    for (std::size_t i = 0; i < 8; ++i) {
      if (i > 0 && candidates[i] == candidates[i - 1]) continue;
      const float value = imaging::round_to_half(score(candidates[i], kScale));
      if (value > kCertain) return candidates[i];
      if (value > best) {
        best = value;
        winner = candidates[i];
      }
    }
    return winner;
  }

  [[nodiscard]] std::int16_t above_half() const {
    std::int16_t winner = 0;
    bool found = false;
    for (const std::int16_t candidate : label) {
      if ((found && candidate <= winner) || !(score(candidate, 1.0F) > 0.5F)) continue;
      winner = candidate;
      found = true;
    }
    return winner;
  }
};

}  // namespace

void torch_label_resize(std::span<const std::int16_t> source,
                        const Extent3& source_extent,
                        std::span<std::int16_t> target,
                        const Extent3& target_extent,
                        TorchLabelRule rule) {
  if (source_extent == target_extent) {
    std::copy(source.begin(), source.end(), target.begin());
    return;
  }
  const auto z_taps = taps_of(source_extent[0], target_extent[0]);
  const auto y_taps = taps_of(source_extent[1], target_extent[1]);
  const auto x_taps = taps_of(source_extent[2], target_extent[2]);
  const std::int64_t width = source_extent[2];
  std::int16_t* out = target.data();
  for (const Taps& z : z_taps) {
    for (const Taps& y : y_taps) {
      std::array<const std::int16_t*, 4> rows{};
      for (std::size_t i = 0; i < 4; ++i) {
        rows[i] = source.data() + (z.index[i / 2] * source_extent[1] + y.index[i % 2]) * width;
      }
      for (const Taps& x : x_taps) {
        Corners corners;
        bool same = true;
        for (std::size_t i = 0; i < 8; ++i) {
          corners.label[i] = rows[i / 2][x.index[i % 2]];
          same = same && corners.label[i] == corners.label[0];
        }
        if (same) {
          *out++ = corners.label[0];
          continue;
        }
        corners.weight = {z.weight, y.weight, x.weight};
        *out++ = rule == TorchLabelRule::kHighestScore ? corners.highest() : corners.above_half();
      }
    }
  }
}

}  // namespace nnflow::resample
