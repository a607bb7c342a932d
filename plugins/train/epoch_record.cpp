// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "train/epoch_record.hpp"

#include <cmath>
#include <limits>

#include <fmt/format.h>

namespace nnflow::train {
namespace {

double single(double value) { return static_cast<double>(static_cast<float>(value)); }

double mean_loss(double sum, std::int64_t batches) {
  if (batches == 0) return std::numeric_limits<double>::quiet_NaN();
  return single(sum / static_cast<double>(batches));
}

/// NaN without its sign, which says nothing.
std::string four_digits(double value) {
  return std::isnan(value) ? "nan" : fmt::format("{:.4f}", value);
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

std::string epoch_line(const networks::TrainingLog& log) {
  std::string dice;
  for (const double value : log.dice_per_class_or_region.back())
    dice.append(" ").append(four_digits(value));
  return fmt::format("epoch {}: train loss {}, val loss {}, pseudo Dice{}, {:.1f} s",
                     log.train_losses.size() - 1, four_digits(log.train_losses.back()),
                     four_digits(log.val_losses.back()), dice,
                     log.epoch_end_timestamps.back() - log.epoch_start_timestamps.back());
}

bool is_best(const networks::TrainingLog& log, const std::optional<double>& best) {
  const double latest = log.ema_fg_dice.back();
  return !std::isnan(latest) && (!best || std::isnan(*best) || latest > *best);
}

}  // namespace nnflow::train
