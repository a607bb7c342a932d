// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "train/plot/progress_plot.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace nnflow::train {
namespace {

std::int64_t count(const Canvas& canvas, Colour colour, std::size_t first, std::size_t last) {
  std::int64_t found = 0;
  for (std::size_t i = first * canvas.width(); i < last * canvas.width(); ++i) {
    found += canvas.pixels()[3 * i] == colour[0] && canvas.pixels()[3 * i + 1] == colour[1] &&
             canvas.pixels()[3 * i + 2] == colour[2];
  }
  return found;
}

networks::TrainingLog log(std::size_t epochs) {
  networks::TrainingLog log;
  for (std::size_t i = 0; i < epochs; ++i) {
    const auto x = static_cast<double>(i);
    log.train_losses.push_back(-0.1 * x);
    log.val_losses.push_back(-0.05 * x);
    log.mean_fg_dice.push_back(i == 1 ? NAN : 0.5);
    log.ema_fg_dice.push_back(0.6);
    log.lrs.push_back(0.01);
    log.epoch_start_timestamps.push_back(1e9 + x);
    log.epoch_end_timestamps.push_back(1e9 + x + 0.5);
  }
  return log;
}

TEST(ProgressPlot, DrawsEveryCurveInItsPanel) {
  const Canvas canvas = plot_progress(log(5));
  const std::size_t panel = canvas.height() / 3;
  EXPECT_GT(count(canvas, {0, 0, 255}, 0, panel), 1000);
  EXPECT_GT(count(canvas, {255, 0, 0}, 0, panel), 1000);
  EXPECT_GT(count(canvas, {0, 128, 0}, 0, panel), 1000);
  for (const std::size_t part : {1U, 2U}) {
    EXPECT_GT(count(canvas, {0, 0, 255}, part * panel, (part + 1) * panel), 1000);
    EXPECT_EQ(count(canvas, {255, 0, 0}, part * panel, (part + 1) * panel), 0);
  }
}

TEST(ProgressPlot, LivesWithoutNumbers) {
  EXPECT_EQ(count(plot_progress({}), {255, 0, 0}, 0, 100) > 0, true) << "the legend";
  networks::TrainingLog empty = log(1);
  empty.train_losses = {NAN};
  empty.val_losses = {INFINITY};
  EXPECT_GT(count(plot_progress(empty), {0, 128, 0}, 0, 700), 0);
}

TEST(ProgressPlot, StepsAreRoundNumbers) {
  EXPECT_EQ(nice_steps(0.0, 10.0, 5), (std::vector<double>{0, 2, 4, 6, 8, 10}));
  EXPECT_EQ(nice_steps(3.0, 3.0, 5), (std::vector<double>{3}));
  EXPECT_LT(nice_steps(1e300, 2e300, 5).size(), 20U);
  const auto narrow = nice_steps(-0.52, -0.49, 3);
  EXPECT_LE(narrow.front(), -0.52);
  EXPECT_GE(narrow.back(), -0.49);
}

}  // namespace
}  // namespace nnflow::train
