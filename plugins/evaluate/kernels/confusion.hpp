// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace nnflow::evaluate {

/// Voxel counts of one label or region (nnunet-inference 7.1).
struct Counts {
  std::int64_t true_positive = 0;
  std::int64_t false_positive = 0;
  std::int64_t false_negative = 0;
  std::int64_t true_negative = 0;

  friend bool operator==(const Counts&, const Counts&) = default;
};

/// Counts every entry of `regions` (each the set of label values that belong to it) in one pass
/// over two label arrays of equal size. Voxels whose reference is `ignore_label` count nowhere.
[[nodiscard]] std::vector<Counts> count_confusion(
    std::span<const std::int16_t> prediction,
    std::span<const std::int16_t> reference,
    std::span<const std::vector<std::int64_t>> regions,
    std::optional<std::int64_t> ignore_label);

}  // namespace nnflow::evaluate
