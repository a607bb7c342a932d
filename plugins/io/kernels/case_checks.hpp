// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "nnflow/imaging/extent.hpp"

namespace nnflow::io {

/// Index of the first NaN or infinity; nothing when all values are finite.
[[nodiscard]] std::optional<std::size_t> first_not_finite(std::span<const float> values);

/// Coordinates (z, y, x) of an index into an array of the given extent.
[[nodiscard]] imaging::Extent3 coordinates(std::size_t index, const imaging::Extent3& extent);

/// The values of a label map that are not in `declared` (any order), sorted, each once.
[[nodiscard]] std::vector<std::int16_t> undeclared_values(std::span<const std::int16_t> labels,
                                                          std::span<const std::int64_t> declared);

/// numpy's `allclose` with its default tolerances: |a - b| <= 1e-8 + 1e-5 |b| on every axis
/// (nnunet-data 2.6).
[[nodiscard]] bool spacings_agree(const imaging::Spacing3& a, const imaging::Spacing3& b);

}  // namespace nnflow::io
