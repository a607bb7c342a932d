// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "nnflow/imaging/extent.hpp"

namespace nnflow::predict {

/// Which of the axes z, y, x are reversed.
using Mirror = std::array<bool, 3>;

/// The identity, then every non-empty subset of the mirror axes, by size, then lexicographically
/// (nnunet-inference 3.8). `axes` count from the patch's first axis, which is y with `slice_wise`.
[[nodiscard]] std::vector<Mirror> mirrors(const std::vector<int>& axes, bool slice_wise);

/// A tile with the axes (channel, z, y, x), mirrored, with the axes (z, y, x, channel).
void mirrored_tile(std::span<const float> tile,
                   const imaging::Extent3& patch,
                   std::int64_t channels,
                   const Mirror& mirror,
                   std::span<float> out);

/// Puts logits with the axes (z, y, x, head) of a mirrored tile back and adds them to `sum`, axes
/// (head, z, y, x), or with `first` stores them.
void add_mirrored(std::span<const float> logits,
                  const imaging::Extent3& patch,
                  std::int64_t heads,
                  const Mirror& mirror,
                  bool first,
                  std::span<float> sum);

}  // namespace nnflow::predict
