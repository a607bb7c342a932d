// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "nnflow/networks/checkpoint.hpp"
#include "nnflow/networks/loss.hpp"

namespace nnflow::train {

/// What one epoch adds up (nnunet-training 5.2, 5.3).
struct EpochRecord {
  double start_time = 0.0;  ///< seconds since 1970
  double lr = 0.0;
  double train_loss_sum = 0.0;
  double val_loss_sum = 0.0;
  std::int64_t train_batches = 0;
  std::int64_t val_batches = 0;
  networks::HardCounts counts;
};

/// `2 tp / (2 tp + fp + fn)` per class, NaN where all three are 0.
[[nodiscard]] std::vector<double> dice_per_class(const networks::HardCounts& counts);

/// Mean of the numbers that are not NaN; NaN when there are none.
[[nodiscard]] double mean_of_numbers(const std::vector<double>& values);

/// `0.9 * previous + 0.1 * mean`; the first epoch's is its mean. Unlike the reference, an epoch
/// without any foreground (NaN) does not make all later averages NaN: the last number is kept.
[[nodiscard]] double smoothed_dice(const std::vector<double>& previous, double mean);

/// Appends a finished epoch to the log. Values are rounded to float32, as the reference stores
/// them.
void append_epoch(const EpochRecord& epoch, double end_time, networks::TrainingLog& log);

/// The log's last epoch in a line: number, losses, Dice of every class, seconds.
[[nodiscard]] std::string epoch_line(const networks::TrainingLog& log);

/// Whether the log's last smoothed Dice is the best so far.
[[nodiscard]] bool is_best(const networks::TrainingLog& log, const std::optional<double>& best);

}  // namespace nnflow::train
