// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "train/epoch_record.hpp"

#include <cmath>
#include <limits>

namespace nnflow::train {
namespace {

double single(double value) { return static_cast<double>(static_cast<float>(value)); }

double mean_loss(double sum, std::int64_t batches) {
  if (batches == 0) return std::numeric_limits<double>::quiet_NaN();
  return single(sum / static_cast<double>(batches));
}

}  // namespace

std::vector<double> dice_per_class(const networks::HardCounts& counts) {
  std::vector<double> dice;
  for (std::size_t i = 0; i < counts.true_positive.size(); ++i) {
    const double twice = 2.0 * counts.true_positive[i];
    dice.push_back(single(twice / (twice + counts.false_positive[i] + counts.false_negative[i])));
  }
  return dice;
}

double mean_of_numbers(const std::vector<double>& values) {
  double sum = 0.0;
  std::int64_t count = 0;
  for (const double value : values) {
    if (std::isnan(value)) continue;
    sum += value;
    ++count;
  }
  return count == 0 ? std::numeric_limits<double>::quiet_NaN()
                    : single(sum / static_cast<double>(count));
}

double smoothed_dice(const std::vector<double>& previous, double mean) {
  if (previous.empty() || std::isnan(previous.back())) return mean;
  if (std::isnan(mean)) return previous.back();
  return single(0.9 * previous.back() + 0.1 * mean);
}

void append_epoch(const EpochRecord& epoch, double end_time, networks::TrainingLog& log) {
  log.epoch_start_timestamps.push_back(epoch.start_time);
  log.lrs.push_back(epoch.lr);
  log.train_losses.push_back(mean_loss(epoch.train_loss_sum, epoch.train_batches));
  log.val_losses.push_back(mean_loss(epoch.val_loss_sum, epoch.val_batches));
  log.dice_per_class_or_region.push_back(dice_per_class(epoch.counts));
  log.mean_fg_dice.push_back(mean_of_numbers(log.dice_per_class_or_region.back()));
  log.ema_fg_dice.push_back(smoothed_dice(log.ema_fg_dice, log.mean_fg_dice.back()));
  log.epoch_end_timestamps.push_back(end_time);
}

bool is_best(const networks::TrainingLog& log, const std::optional<double>& best) {
  const double latest = log.ema_fg_dice.back();
  return !std::isnan(latest) && (!best || std::isnan(*best) || latest > *best);
}

}  // namespace nnflow::train
