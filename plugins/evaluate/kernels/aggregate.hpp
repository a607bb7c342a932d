// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "evaluate/kernels/confusion.hpp"

namespace nnflow::evaluate {

/// The eight figures of one entry, per case or averaged (nnunet-inference 7.3).
struct MeanMetrics {
  double dice = 0.0;
  double iou = 0.0;
  double false_negative = 0.0;
  double false_positive = 0.0;
  double true_negative = 0.0;
  double true_positive = 0.0;
  double n_pred = 0.0;
  double n_ref = 0.0;
};

/// `mean` of one entry: every figure averaged over the cases, NaN left out (nnunet-inference 7.2).
/// No case: NaN.
[[nodiscard]] MeanMetrics mean_over_cases(std::span<const Counts> cases);

/// `foreground_mean`: every figure averaged over the entries; a NaN entry makes the mean NaN. No
/// entry: NaN.
[[nodiscard]] MeanMetrics mean_over_entries(std::span<const MeanMetrics> entries);

/// Sum of doubles in numpy's pairwise order, so that means have the same last bits.
[[nodiscard]] double pairwise_sum(std::span<const double> values);

}  // namespace nnflow::evaluate
