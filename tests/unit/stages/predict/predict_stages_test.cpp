// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <filesystem>
#include <limits>
#include <memory>
#include <nnflow/imaging/volume.hpp>
#include <nnflow/nnunet/dataset.hpp>
#include <nnflow/nnunet/logits.hpp>
#include <nnflow/nnunet/model.hpp>
#include <nnflow/nnunet/plans.hpp>
#include <nnflow/testing.hpp>

#include "support/shared.hpp"
#include "support/temp_dir.hpp"

namespace nnflow {
namespace {

namespace fs = std::filesystem;
using imaging::Volume;
using nnunet::Logits;
using testing::Outputs;
using testing::StageRunner;

template <typename Action>
std::string message_of(const Action& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

std::string open_error(const std::string& params) {
  StageRunner runner("predict.load_model", params);
  return message_of([&] { runner.finish(); });
}

TEST(LoadModel, NamesAMissingFolder) {
  EXPECT_EQ(open_error("model_folder: /nowhere/model"),
            "/nowhere/model: no such model folder; expected plans.json, dataset.json and fold_<k>; "
            "models in /nowhere: none");
}

TEST(LoadModel, NamesMissingFiles) {
  const test::TempDir folder;
  const std::string path = folder.path().string();
  EXPECT_EQ(open_error("model_folder: " + path),
            path + ": not a model folder, it lacks plans.json, dataset.json");
  test::write_file(folder / "plans.json", "{}");
  test::write_file(folder / "dataset.json", "{}");
  EXPECT_EQ(open_error("model_folder: " + path), path + ": no fold has checkpoint_final.pth");
  test::write_file(folder / "fold_2/checkpoint_final.pth", "x");
  EXPECT_EQ(open_error("model_folder: " + path + "\nfolds: [\"0\", \"2\"]"),
            path + ": missing fold_0/checkpoint_final.pth; folds with checkpoint_final.pth: 2");
}

TEST(LoadModel, TheWeightsLieInTheFolderOfTheirFold) {
  for (const std::string name : {"../x.pth", "/x.pth", "sub/x.pth", "..", ""}) {
    try {
      StageRunner("predict.load_model", "model_folder: x\ncheckpoint: '" + name + "'");
      ADD_FAILURE() << name;
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what())
                    .find("checkpoint (-chk): got '" + name +
                          "', expected the name of a file in the folder of every fold, such as "
                          "checkpoint_best.pth"),
                std::string::npos)
          << error.what();
    }
  }
}

TEST(LoadModel, WantsAFolderOrAName) {
  EXPECT_THROW(StageRunner("predict.load_model", ""), Error);
  EXPECT_THROW(
      StageRunner("predict.load_model", "model_folder: x\ndataset: \"4\"\nconfiguration: 2d"),
      Error);
}

/// A golden model of the smallest network, or nothing.
Outputs golden_model() {
  for (const fs::path& folder :
       test::children(test::shared_dir() / "golden" / "models" / "trained")) {
    if (!folder.filename().string().ends_with("__2d_small")) continue;
    return StageRunner("predict.load_model", "model_folder: " + folder.string()).finish();
  }
  return {};
}

std::unique_ptr<StageRunner> predictor(const Outputs& model, const std::string& params) {
  auto runner = std::make_unique<StageRunner>("predict.sliding_window", params);
  runner->put("model", model.get<nnunet::TrainedModel>("model"))
      .put("plans", model.get<nnunet::Plans>("plans"))
      .put("dataset", model.get<nnunet::DatasetDescription>("dataset"));
  return runner;
}

Volume ramp(std::int64_t channels = 1) {
  Volume image(channels, {2, 70, 48});
  for (std::size_t i = 0; i < image.voxels().size(); ++i) {
    image.voxels()[i] = static_cast<float>(i * i % 97) / 48.0F - 1.0F;
  }
  return image;
}

class SlidingWindow : public ::testing::Test {
 protected:
  void SetUp() override {
    NNFLOW_REQUIRE_PATH(test::shared_dir() / "golden" / "models");
    model_ = golden_model();
    if (!model_.has("model")) GTEST_SKIP() << "no golden model 2d_small";
  }
  [[nodiscard]] std::vector<float> predict(const std::string& params) const {
    auto runner = predictor(model_, params);
    return runner->put("image", ramp()).run().get<Logits>("logits").values;
  }
  Outputs model_;
};

TEST_F(SlidingWindow, GivesLogitsOnTheImagesGrid) {
  auto runner = predictor(model_, "mirroring: false");
  const auto out = runner->put("image", ramp()).run();
  const auto& logits = out.get<Logits>("logits");
  EXPECT_EQ(logits.heads, 3);
  EXPECT_EQ(logits.extent, (imaging::Extent3{2, 70, 48}));
  EXPECT_FALSE(logits.half);
}

TEST_F(SlidingWindow, RepeatsItselfBitForBit) {
  const auto first = predict("compute_threads: 2");
  EXPECT_TRUE(predict("compute_threads: 2") == first);
  EXPECT_TRUE(predict("compute_threads: 2\nmirroring: false") != first);
  EXPECT_TRUE(predict("compute_threads: 2\nstep_size: 0.1") != first);
}

TEST_F(SlidingWindow, RoundsSumsToHalfWhenAskedTo) {
  const auto single = predict("compute_threads: 1");
  const auto half = predict("compute_threads: 1\naccumulate: half");
  ASSERT_EQ(half.size(), single.size());
  for (std::size_t i = 0; i < half.size(); ++i) ASSERT_NEAR(half[i], single[i], 0.25F);
  EXPECT_TRUE(half != single);
}

TEST_F(SlidingWindow, NamesWrongChannels) {
  auto channels = predictor(model_, "");
  channels->put("image", ramp(2));
  EXPECT_EQ(message_of([&] { channels->run(); }),
            "the image has 2 channels, the network expects 1");
}

TEST(SlidingWindowDevice, IsLookedForBeforeAnythingIsRead) {
  for (const char* device : {"abacus", "cuda:99"}) {
    const std::string message = message_of(
        [&] { StageRunner("predict.sliding_window", std::string("device: ") + device); });
    EXPECT_EQ(message.find("device: "), 0U) << message;
    EXPECT_NE(message.find(device), std::string::npos) << message;
  }
}

TEST_F(SlidingWindow, StopsWhenTheRunIsCancelled) {
  auto runner = predictor(model_, "");
  runner->put("image", ramp()).cancel();
  EXPECT_EQ(message_of([&] { runner->run(); }), "prediction was cancelled");
}

TEST_F(SlidingWindow, RefusesImagesThatAreNotFinite) {
  auto runner = predictor(model_, "");
  Volume image = ramp();
  image.voxels()[100] = std::numeric_limits<float>::quiet_NaN();
  runner->put("image", image);
  EXPECT_THROW(runner->run(), Error);
}

}  // namespace
}  // namespace nnflow
