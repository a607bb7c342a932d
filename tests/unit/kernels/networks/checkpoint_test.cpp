// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "nnflow/networks/checkpoint.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>

#include "nnflow/error.hpp"
#include "small_nets.hpp"
#include "support/shared.hpp"
#include "support/temp_dir.hpp"

namespace nnflow::networks {
namespace {

CheckpointInfo some_info() {
  CheckpointInfo info;
  info.current_epoch = 2;
  info.best_ema = 0.5;
  info.logging.mean_fg_dice = {0.25, std::nan("")};
  info.logging.ema_fg_dice = {0.25, 0.5};
  info.logging.dice_per_class_or_region = {{0.25, 0.5}, {0.75, std::nan("")}};
  info.logging.train_losses = {1.5, 1.25};
  info.logging.val_losses = {1.75, 1.0};
  info.logging.lrs = {0.01, 0.009};
  info.logging.epoch_start_timestamps = {1.0e9, 1.0e9 + 1};
  info.logging.epoch_end_timestamps = {1.0e9 + 1, 1.0e9 + 2};
  info.configuration = "3d_fullres";
  info.fold = "3";
  info.plans =
      nnunet::parse_json(R"({"plans_name": "p", "n": [1, 2.5, null, true], "é": {}})", "plans");
  info.dataset_json = nnunet::parse_json(R"({"labels": {"background": 0}})", "dataset");
  info.mirror_axes = std::vector<int>{0, 1, 2};
  info.lr = 0.009;
  return info;
}

/// A network and an optimiser that has made one step.
struct Trained {
  explicit Trained(NetworkKind kind, std::uint64_t seed = 3)
      : net(test::small_net(kind)), sgd(net, {}) {
    net.initialise(seed);
    net.require_gradients(true);
    const at::Tensor x = at::arange(256, at::kFloat).sin().view({1, 1, 4, 8, 8});
    net.forward(x, true)[0].pow(2).mean().backward();
    sgd.step(0.01);
  }
  UNet net;
  Sgd sgd;
};

class Checkpoint : public ::testing::TestWithParam<NetworkKind> {
 protected:
  [[nodiscard]] std::filesystem::path file() const { return folder_ / "checkpoint_final.pth"; }
  void write(const Trained& trained) {
    write_checkpoint(file(), trained.net, trained.sgd, some_info());
  }

  test::TempDir folder_;
};

TEST_P(Checkpoint, ComesBackWhole) {
  const Trained trained(GetParam());
  write(trained);
  const CheckpointFile read(file());
  EXPECT_TRUE(read.is_training_checkpoint());
  const CheckpointInfo& info = read.info();
  const CheckpointInfo expected = some_info();
  EXPECT_EQ(info.current_epoch, 2);
  EXPECT_EQ(info.best_ema, 0.5);
  EXPECT_EQ(info.fold, "3");
  EXPECT_EQ(info.configuration, "3d_fullres");
  EXPECT_EQ(info.trainer_name, "nnUNetTrainer");
  EXPECT_EQ(info.mirror_axes, expected.mirror_axes);
  EXPECT_EQ(info.logging.train_losses, expected.logging.train_losses);
  EXPECT_EQ(info.logging.lrs, expected.logging.lrs);
  EXPECT_TRUE(std::isnan(info.logging.mean_fg_dice[1]));
  EXPECT_EQ(info.logging.dice_per_class_or_region[0], expected.logging.dice_per_class_or_region[0]);
  EXPECT_FALSE(info.grad_scaler);

  Trained other(GetParam(), 99);
  read.load_weights(other.net);
  read.load_optimiser(other.net, other.sgd);
  for (std::size_t i = 0; i < other.net.parameters().size(); ++i) {
    EXPECT_TRUE(other.net.parameters()[i].equal(trained.net.parameters()[i]));
    EXPECT_EQ(other.sgd.buffers()[i].defined(), trained.sgd.buffers()[i].defined());
    if (trained.sgd.buffers()[i].defined()) {
      EXPECT_TRUE(other.sgd.buffers()[i].equal(trained.sgd.buffers()[i]));
    }
  }
}

TEST_P(Checkpoint, EqualContentGivesEqualBytes) {
  const Trained trained(GetParam());
  write(trained);
  const std::string first = test::read_file(file());
  write(trained);
  EXPECT_EQ(test::read_file(file()), first);
}

TEST_P(Checkpoint, LoadsInPython) {
  const char* python = std::getenv("NNFLOW_REFERENCE_PYTHON");
  const std::string interpreter = python != nullptr ? python : "/opt/ref/bin/python";
  NNFLOW_REQUIRE_PATH(interpreter);
  const std::string probe =
      interpreter + " -c 'import torch, dynamic_network_architectures' 2>/dev/null";
  if (std::system(probe.c_str()) != 0) GTEST_SKIP() << "no reference in " << interpreter;
  write(Trained(GetParam()));
  const char* kind = GetParam() == NetworkKind::kPlainConvUNet ? "plain" : "residual";
  const std::string command =
      interpreter + " " NNFLOW_TEST_SCRIPT " " + file().string() + " " + kind;
  EXPECT_EQ(std::system(command.c_str()), 0);
}

TEST_P(Checkpoint, CutOffFilesAreRefusedAtAnyLength) {
  write(Trained(GetParam()));
  const std::string whole = test::read_file(file());
  UNet net(test::small_net(GetParam()));
  for (const double part : {0.0, 0.1, 0.5, 0.9, 0.999}) {
    test::write_file(
        file(),
        whole.substr(0, static_cast<std::size_t>(part * static_cast<double>(whole.size()))));
    try {
      CheckpointFile(file()).load_weights(net);
      FAIL() << "expected an error";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kInvalidData);
      EXPECT_EQ(std::string(error.what()).find(file().string()), 0U) << error.what();
      EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos) << error.what();
    }
  }
}

TEST_P(Checkpoint, AnotherNetworksWeightsAreRefusedWithTheirNames) {
  write(Trained(GetParam()));
  NetworkSpec spec = test::small_net(GetParam());
  spec.classes = 5;
  UNet net(spec);
  try {
    CheckpointFile(file()).load_weights(net);
    FAIL() << "expected an error";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what())
                  .find("entry 'decoder.seg_layers.0.weight' has shape (2, 8, 1, 1, 1), "
                        "expected (5, 8, 1, 1, 1)"),
              std::string::npos)
        << error.what();
  }
  spec = test::small_net(GetParam());
  spec.decoder_convs = {3, 3};
  UNet deeper(spec);
  try {
    CheckpointFile(file()).load_weights(deeper);
    FAIL() << "expected an error";
  } catch (const Error& error) {
    EXPECT_NE(
        std::string(error.what()).find("entry 'decoder.stages.0.convs.2.conv.weight' is missing"),
        std::string::npos)
        << error.what();
  }
}

TEST_P(Checkpoint, MissingFilesAreNamed) {
  try {
    const CheckpointFile read(folder_ / "absent.pth");
    FAIL() << "expected an error";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kIo);
  }
}

INSTANTIATE_TEST_SUITE_P(Kinds,
                         Checkpoint,
                         ::testing::Values(NetworkKind::kPlainConvUNet,
                                           NetworkKind::kResidualEncoderUNet));

}  // namespace
}  // namespace nnflow::networks
