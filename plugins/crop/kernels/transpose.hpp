// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include <nnflow/imaging/extent.hpp>

namespace nnflow::crop {

/// `value[order[i]]` for i = 0, 1, 2: what a per-axis quantity becomes under `transpose`.
template <class T>
[[nodiscard]] std::array<T, 3> reordered(const std::array<T, 3>& value,
                                         const std::array<int, 3>& order) {
  return {value[static_cast<std::size_t>(order[0])], value[static_cast<std::size_t>(order[1])],
          value[static_cast<std::size_t>(order[2])]};
}

/// Permutes the axes of every channel: axis i of the result is axis `order[i]` of (channel, z, y,
/// x) `source`, as numpy's transpose. The spans must not overlap. `order` is a permutation of 0,
/// 1, 2.
/// @throws std::invalid_argument when it is not
template <class T>
void transpose(std::span<const T> source,
               const imaging::Extent3& extent,
               const std::array<int, 3>& order,
               std::span<T> target);

extern template void transpose(std::span<const float>,
                               const imaging::Extent3&,
                               const std::array<int, 3>&,
                               std::span<float>);
extern template void transpose(std::span<const std::int16_t>,
                               const imaging::Extent3&,
                               const std::array<int, 3>&,
                               std::span<std::int16_t>);

}  // namespace nnflow::crop
