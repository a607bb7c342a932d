// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "resample/kernels/axis_map.hpp"
#include "resample/kernels/range.hpp"

namespace nnflow::resample {

/// Lines that are filtered together; sample i of line l lies at `i * kLanes + l`.
inline constexpr std::int64_t kLanes = 16;

/// Turns samples into cubic B-spline coefficients in place, for kLanes lines of `length` >= 2
/// samples (nnunet-data 6.3 step 3).
void spline_coefficients(double* lines, std::int64_t length);

/// Resizes arrays along one axis with a cubic spline, many lines at a time. Not thread-safe; one
/// per worker.
class CubicAxis {
 public:
  explicit CubicAxis(const AxisMap& map);

  /// Columns [first, last) of a (in, columns) array to a (out, columns) array; rows lie
  /// `source_stride` and `target_stride` values apart.
  template <class In, class Out>
  void columns(const In* source,
               std::int64_t source_stride,
               Out* target,
               std::int64_t target_stride,
               std::int64_t first,
               std::int64_t last,
               Range range);

  /// Contiguous rows: a (rows, in) array to a (rows, out) array.
  template <class In, class Out>
  void rows(const In* source, Out* target, std::int64_t rows, Range range);

 private:
  void pad_and_filter();
  void evaluate(std::int64_t k, double* lanes) const;

  const AxisMap& map_;
  std::vector<double> lines_;
  std::vector<double> result_;
};

}  // namespace nnflow::resample
