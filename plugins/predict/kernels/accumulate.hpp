// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "nnflow/imaging/extent.hpp"

namespace nnflow::predict {

/// How sums over tiles and folds are kept.
enum class SumPrecision : std::uint8_t {
  kSingle,  ///< float32, one division at the end
  kHalf,    ///< rounded to binary16 after every operation, as nnU-Net does
            ///< (nnunet-inference 3.7, 3.9)
};

/// Weighted sum of overlapping tiles of logits, averaged over folds. Call `add` for every tile of a
/// fold in prediction order, then `end_fold`; after the last fold `finish` gives the mean logits.
/// Not thread-safe. Memory: one value per head and voxel (two with `kHalf` and several folds) and
/// one per voxel.
class LogitSum {
 public:
  LogitSum(std::int64_t heads, const imaging::Extent3& extent, SumPrecision precision);

  /// Adds `tile * weights`. `tile` has the axes (head, z, y, x), `weights` (z, y, x), both of
  /// extent `patch`; `corner` is the tile's lower corner in image voxels. Voxels outside the image
  /// are ignored.
  void add(std::span<const float> tile,
           std::span<const float> weights,
           const imaging::Extent3& patch,
           const imaging::Extent3& corner);

  /// Ends the pass of one fold over all tiles.
  void end_fold();

  /// The mean logits, axes (head, z, y, x). Values may be infinite or NaN: see `all_finite`.
  [[nodiscard]] std::vector<float> finish() &&;

 private:
  std::int64_t heads_;
  imaging::Extent3 extent_;
  SumPrecision precision_;
  std::int64_t folds_ = 0;
  std::vector<float> sums_;
  std::vector<float> weights_;
  std::vector<float> fold_total_;
};

/// False if any value is infinite or NaN.
[[nodiscard]] bool all_finite(std::span<const float> values);

}  // namespace nnflow::predict
