// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "nnflow/imaging/extent.hpp"

namespace nnflow::postprocess {

/// Voxel counts of one label or region (nnunet-inference 7.1).
struct PairCounts {
  std::int64_t true_positive = 0;
  std::int64_t false_positive = 0;
  std::int64_t false_negative = 0;
  std::int64_t true_negative = 0;

  friend bool operator==(const PairCounts&, const PairCounts&) = default;
};

/// A segmentation and its reference, run-length encoded: many cases fit into memory at once.
class PackedPair {
 public:
  /// Both have the axes (z, y, x) and the same extent.
  PackedPair(std::span<const std::int16_t> prediction,
             std::span<const std::int16_t> reference,
             const imaging::Extent3& extent);

  [[nodiscard]] const imaging::Extent3& extent() const { return extent_; }
  [[nodiscard]] std::vector<std::int16_t> prediction() const { return unpack(&Run::prediction); }
  [[nodiscard]] std::vector<std::int16_t> reference() const { return unpack(&Run::reference); }

  /// Counts the region made of the labels `members`; voxels whose reference is `ignore_label` count
  /// nowhere.
  [[nodiscard]] PairCounts count(std::span<const std::int64_t> members,
                                 std::optional<std::int64_t> ignore_label) const;

 private:
  struct Run {
    std::int16_t prediction = 0;
    std::int16_t reference = 0;
    std::int32_t length = 0;
  };
  [[nodiscard]] std::vector<std::int16_t> unpack(std::int16_t Run::*side) const;

  imaging::Extent3 extent_;
  std::vector<Run> runs_;
};

}  // namespace nnflow::postprocess
