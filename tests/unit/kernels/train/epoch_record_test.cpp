// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "train/epoch_record.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "support/shared.hpp"
#include "support/temp_dir.hpp"
#include "train/training_log.hpp"

namespace nnflow::train {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

TEST(EpochRecord, AbsentClassesHaveNoDiceAndDoNotCount) {
  const std::vector<double> dice = dice_per_class({{3, 0, 0}, {1, 0, 2}, {1, 0, 0}});
  EXPECT_FLOAT_EQ(static_cast<float>(dice[0]), 0.75F);
  EXPECT_TRUE(std::isnan(dice[1]));
  EXPECT_EQ(dice[2], 0.0);
  EXPECT_DOUBLE_EQ(mean_of_numbers(dice), 0.375);
  EXPECT_TRUE(std::isnan(mean_of_numbers({kNan})));
}

TEST(EpochRecord, AnEpochIsALine) {
  networks::TrainingLog log;
  EpochRecord epoch;
  epoch.start_time = 100.0;
  epoch.train_loss_sum = -1.0;
  epoch.train_batches = 4;
  epoch.val_loss_sum = 0.25;
  epoch.val_batches = 2;
  epoch.counts = {{3, 0}, {1, 0}, {1, 0}};
  append_epoch({}, 100.0, log);
  append_epoch(epoch, 112.34, log);
  EXPECT_EQ(epoch_line(log),
            "epoch 1: train loss -0.2500, val loss 0.1250, pseudo Dice 0.7500 nan, 12.3 s");
}

TEST(EpochRecord, SmoothedDiceMovesByATenthAndSurvivesEmptyEpochs) {
  EXPECT_EQ(smoothed_dice({}, 0.5), 0.5);
  EXPECT_FLOAT_EQ(static_cast<float>(smoothed_dice({0.5}, 0.7)), 0.52F);
  EXPECT_EQ(smoothed_dice({0.5}, kNan), 0.5);
  EXPECT_EQ(smoothed_dice({kNan}, 0.25), 0.25);
}

TEST(EpochRecord, ANumberBeatsNothing) {
  networks::TrainingLog log;
  log.ema_fg_dice = {kNan};
  EXPECT_FALSE(is_best(log, {}));
  log.ema_fg_dice = {0.0};
  EXPECT_TRUE(is_best(log, {}));
  EXPECT_TRUE(is_best(log, kNan));
  EXPECT_FALSE(is_best(log, 0.0));
}

TEST(EpochRecord, EpochsAreAppendedToEveryList) {
  EpochRecord epoch;
  epoch.lr = 0.01;
  epoch.train_loss_sum = 3.0;
  epoch.train_batches = 2;
  epoch.val_loss_sum = 1.0;
  epoch.val_batches = 4;
  epoch.counts = {{1}, {0}, {0}};
  networks::TrainingLog log;
  append_epoch(epoch, 7.0, log);
  EXPECT_EQ(log.train_losses, (std::vector<double>{1.5}));
  EXPECT_EQ(log.val_losses, (std::vector<double>{0.25}));
  EXPECT_EQ(log.ema_fg_dice, (std::vector<double>{1.0}));
  EXPECT_EQ(log.epoch_end_timestamps, (std::vector<double>{7.0}));
}

TEST(TrainingLog, NumbersLookLikeNumPys) {
  EXPECT_EQ(rounded(0.42641, 4), "0.4264");
  EXPECT_EQ(rounded(0.01, 5), "0.01");
  EXPECT_EQ(rounded(1.0, 4), "1.0");
  EXPECT_EQ(rounded(kNan, 4), "nan");
  EXPECT_EQ(dice_list({0.08281, 1.0}), "[np.float32(0.0828), np.float32(1.0)]");
}

TEST(TrainingLog, LinesEndWithASpace) {
  const test::TempDir folder;
  TrainingTextLog log(folder.path());
  log.line("Epoch 0");
  log.line("");
  const std::string text = test::read_file(log.path());
  EXPECT_NE(text.find(": Epoch 0 \n"), std::string::npos) << text;
  EXPECT_TRUE(text.ends_with(":  \n")) << text;
  EXPECT_TRUE(log.path().filename().string().starts_with("training_log_20"));
}

}  // namespace
}  // namespace nnflow::train
