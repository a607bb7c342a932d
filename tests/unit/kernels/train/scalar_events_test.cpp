// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "train/plot/scalar_events.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "nnflow/nnunet/files.hpp"

namespace nnflow::train {
namespace {

networks::TrainingLog two_epochs() {
  networks::TrainingLog log;
  log.train_losses = {-0.25, -0.5};
  log.val_losses = {-0.125, -0.375};
  log.mean_fg_dice = {0.5, 0.8};
  log.ema_fg_dice = {0.5, 0.53};
  log.dice_per_class_or_region = {{0.75, 0.25}, {0.8, NAN}};
  log.lrs = {0.01, 0.005};
  log.epoch_start_timestamps = {1700000000.0, 1700000010.0};
  log.epoch_end_timestamps = {1700000002.5, 1700000140.0};
  return log;
}

TEST(ScalarEvents, AreTheBytesThatTensorBoardWrites) {
  EXPECT_EQ(scalar_events(two_epochs(), 0), nnunet::read_file(NNFLOW_TEST_GOLDEN));
}

TEST(ScalarEvents, ComeInPieces) {
  const networks::TrainingLog log = two_epochs();
  networks::TrainingLog first = log;
  first.epoch_end_timestamps.pop_back();
  EXPECT_EQ(scalar_events(first, 0) + scalar_events(log, 1), scalar_events(log, 0));
  EXPECT_EQ(scalar_events(log, 2), "");
}

}  // namespace
}  // namespace nnflow::train
