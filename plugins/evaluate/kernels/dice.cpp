// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "evaluate/kernels/dice.hpp"

#include <limits>

namespace nnflow::evaluate {

namespace {

double ratio(std::int64_t numerator, std::int64_t denominator) {
  if (denominator == 0) return std::numeric_limits<double>::quiet_NaN();
  return static_cast<double>(numerator) / static_cast<double>(denominator);
}

}  // namespace

double dice(const Counts& counts) {
  return ratio(2 * counts.true_positive,
               2 * counts.true_positive + counts.false_positive + counts.false_negative);
}

double intersection_over_union(const Counts& counts) {
  return ratio(counts.true_positive,
               counts.true_positive + counts.false_positive + counts.false_negative);
}

}  // namespace nnflow::evaluate
