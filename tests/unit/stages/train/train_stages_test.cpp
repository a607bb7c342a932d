// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstddef>
#include <filesystem>
#include <iterator>
#include <memory>

#include "nnflow/nnunet/model.hpp"
#include "small_training.hpp"
#include "support/temp_dir.hpp"

namespace nnflow::test {
namespace {

using testing::StageRunner;

TEST(TrainBatch, StacksPatchesInOrder) {
  StageRunner runner("train.batch", "configuration: 3d_fullres");
  runner.put("plans", plans());
  EXPECT_EQ(runner.group_size(), 2U);
  runner.put("patch", patch("a", 1)).next_member().put("patch", patch("b", 2)).next_member();
  const auto outputs = runner.run();
  const auto& result = outputs.get<nnunet::Batch>("batch");
  EXPECT_EQ(result.case_ids, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(result.batch, 2);
  ASSERT_EQ(result.seg.size(), 1024U);
  EXPECT_EQ(result.seg[0], 1);
  EXPECT_EQ(result.seg[512], 2);
}

TEST(TrainBatch, RefusesPatchesOfDifferentSize) {
  StageRunner runner("train.batch", "batch_size: 2");
  nnunet::Patch other = patch("b", 1);
  other.resize(1, 1, {8, 8, 4});
  runner.put("patch", patch("a", 1)).next_member().put("patch", other).next_member();
  EXPECT_THROW(runner.run(), Error);
}

TEST(TrainUNet, TrainsWritesTheModelFolderAndEmitsTheModel) {
  const TempDir folder;
  StageRunner runner("train.unet", unet_params(folder.path()));
  runner.put("plans", plans()).put("dataset", dataset());
  EXPECT_EQ(runner.resume_point(), 0U);
  feed_epoch(runner, 0);
  feed_epoch(runner, 1);
  ASSERT_EQ(runner.log().size(), 2U);
  EXPECT_TRUE(runner.log()[1].find("epoch 1: train loss ") != std::string::npos) << runner.log()[1];
  const auto outputs = runner.finish();
  const auto& model = outputs.get<nnunet::TrainedModel>("model");
  EXPECT_EQ(model.folder, folder.path());
  EXPECT_EQ(model.configuration, "3d_fullres");
  for (const char* name : {"plans.json", "dataset.json", "fold_0/checkpoint_final.pth",
                           "fold_0/checkpoint_best.pth"}) {
    EXPECT_TRUE(std::filesystem::exists(folder / name)) << name;
  }
}

TEST(TrainUNet, ResumesAtTheFirstPatchOfTheNextEpoch) {
  const TempDir folder;
  {
    StageRunner runner("train.unet", unet_params(folder.path()));
    runner.put("plans", plans()).put("dataset", dataset());
    feed_epoch(runner, 0);
    runner.put("batch", batch(1, false)).run();
  }
  StageRunner runner("train.unet", unet_params(folder.path()));
  runner.put("plans", plans()).put("dataset", dataset());
  EXPECT_EQ(runner.resume_point(), 6U);
  feed_epoch(runner, 1);
  (void)runner.finish();
  StageRunner again("train.unet", unet_params(folder.path()));
  again.put("plans", plans()).put("dataset", dataset());
  EXPECT_EQ(again.resume_point(), 12U);
  EXPECT_TRUE(again.finish().has("model"));
}

TEST(TrainUNet, GivesATrainedFoldToBeValidated) {
  const TempDir folder;
  const std::string only = unet_params(folder.path()) + "validation_only: true\n";
  const auto validate = [&](const std::string& params) {
    StageRunner runner("train.unet", params);
    runner.put("plans", plans()).put("dataset", dataset());
    EXPECT_EQ(runner.resume_point(), 12U) << "no batch is asked for";
    return runner.finish().get<nnunet::TrainedModel>("model");
  };
  EXPECT_THROW((void)validate(only), Error) << "nothing is trained";
  std::string digest;
  {
    StageRunner runner("train.unet", unet_params(folder.path()));
    runner.put("plans", plans()).put("dataset", dataset());
    feed_epoch(runner, 0);
    feed_epoch(runner, 1);
    digest = runner.finish().get<nnunet::TrainedModel>("model").weights_digest;
  }
  for (const char* name : {"debug.json", "progress.png", "events.out.tfevents.nnflow"}) {
    EXPECT_TRUE(std::filesystem::exists(folder / "fold_0" / name)) << name;
  }
  const auto model = validate(only);
  EXPECT_EQ(model.weights_digest, digest);
  EXPECT_EQ(model.checkpoint, "checkpoint_final.pth");
  EXPECT_EQ(model.mirror_axes, (std::vector<int>{0, 1, 2}));
  EXPECT_EQ(validate(only + "validate_best: true\n").checkpoint, "checkpoint_best.pth");
}

TEST(TrainUNet, StartsFromOtherWeightsAndRemembersWhich) {
  const TempDir folder;
  const auto train = [&](const std::filesystem::path& to, const std::string& more) {
    StageRunner runner("train.unet", unet_params(to) + more);
    runner.put("plans", plans()).put("dataset", dataset());
    EXPECT_EQ(runner.resume_point(), 0U);
    feed_epoch(runner, 0);
    feed_epoch(runner, 1);
    return runner.finish().get<nnunet::TrainedModel>("model").weights_digest;
  };
  const std::string first = train(folder / "first", "");
  const std::string given =
      "pretrained_weights: " + (folder / "first/fold_0/checkpoint_final.pth").string() + "\n";
  EXPECT_NE(train(folder / "second", given), first);
  StageRunner other("train.unet", unet_params(folder / "first") + given);
  other.put("plans", plans()).put("dataset", dataset());
  try {
    (void)other.resume_point();
    ADD_FAILURE() << "goes on from a training with other weights";
  } catch (const Error& error) {
    EXPECT_NE(error.full_message().find("parameter pretrained_weights differs"), std::string::npos)
        << error.full_message();
  }
}

TEST(TrainUNet, RefusesUnknownConfigurations) {
  const TempDir folder;
  StageRunner runner("train.unet", "configuration: 3d_lowres\nfolder: " + folder.path().string());
  runner.put("plans", plans()).put("dataset", dataset());
  EXPECT_THROW((void)runner.resume_point(), Error);
}

TEST(TrainUNet, LooksForItsDeviceBeforeAnythingIsRead) {
  for (const char* device : {"abacus", "cuda:99"}) {
    for (const char* stage : {"train.unet", "train.device"}) {
      std::string params = stage == std::string("train.unet") ? "configuration: 3d_fullres\n" : "";
      params += std::string("device: ") + device;
      try {
        const StageRunner runner(stage, params, "network");
        ADD_FAILURE() << stage << " takes " << device;
      } catch (const Error& error) {
        const std::string text = error.full_message();
        EXPECT_EQ(text.find("stage network: device: "), 0U) << text;
        EXPECT_NE(text.find(std::string("'") + device), std::string::npos) << text;
      }
    }
  }
  EXPECT_TRUE(StageRunner("train.device", "device: cpu").finish().values_.empty());
}

std::ptrdiff_t threads_of_this_process() {
  return std::distance(std::filesystem::directory_iterator("/proc/self/task"), {});
}

TEST(TrainUNet, LetsGoOfTheNetworkWithTheModel) {
  const TempDir folder;
  auto runner = std::make_unique<StageRunner>("train.unet", unet_params(folder.path()));
  runner->put("plans", plans()).put("dataset", dataset());
  feed_epoch(*runner, 0);
  feed_epoch(*runner, 1);
  const std::ptrdiff_t training = threads_of_this_process();
  (void)runner->finish();
  const std::ptrdiff_t trained = threads_of_this_process();
  EXPECT_LT(trained, training) << "the thread of the device goes with the trainer";
  runner.reset();
  EXPECT_EQ(threads_of_this_process(), trained);
}

}  // namespace
}  // namespace nnflow::test
