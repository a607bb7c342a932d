// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "train/trainer.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>

#include "nnflow/error.hpp"
#include "nnflow/networks/checkpoint.hpp"
#include "nnflow/rng.hpp"
#include "support/shared.hpp"
#include "support/temp_dir.hpp"

namespace nnflow::train {
namespace {

constexpr std::int64_t kEpochs = 4;
constexpr std::int64_t kIterations = 3;
constexpr std::int64_t kValIterations = 2;

nnunet::Plans plans() {
  return nnunet::Plans::from_json(nnunet::parse_json(R"({
    "dataset_name": "Dataset001_Test", "plans_name": "nnUNetPlans",
    "original_median_spacing_after_transp": [1.0, 1.0, 1.0],
    "original_median_shape_after_transp": [8, 8, 8],
    "image_reader_writer": "SimpleITKIO", "transpose_forward": [0, 1, 2], "transpose_backward": [0, 1, 2],
    "configurations": {"3d_fullres": {
      "data_identifier": "nnUNetPlans_3d_fullres", "preprocessor_name": "DefaultPreprocessor",
      "batch_size": 2, "patch_size": [8, 8, 8], "median_image_size_in_voxels": [8.0, 8.0, 8.0],
      "spacing": [1.0, 1.0, 1.0], "normalization_schemes": ["ZScoreNormalization"], "use_mask_for_norm": [false],
      "resampling_fn_data": "resample_data_or_seg_to_shape", "resampling_fn_seg": "resample_data_or_seg_to_shape",
      "resampling_fn_data_kwargs": {"is_seg": false, "order": 3, "order_z": 0, "force_separate_z": null},
      "resampling_fn_seg_kwargs": {"is_seg": true, "order": 1, "order_z": 0, "force_separate_z": null},
      "resampling_fn_probabilities": "resample_data_or_seg_to_shape",
      "resampling_fn_probabilities_kwargs": {"is_seg": false, "order": 1, "order_z": 0, "force_separate_z": null},
      "architecture": {"network_class_name": "dynamic_network_architectures.architectures.unet.PlainConvUNet",
        "arch_kwargs": {"n_stages": 3, "features_per_stage": [4, 6, 8], "conv_op": "torch.nn.modules.conv.Conv3d",
          "kernel_sizes": [[3,3,3],[3,3,3],[3,3,3]], "strides": [[1,1,1],[2,2,2],[2,2,2]],
          "n_conv_per_stage": [1,1,1], "n_conv_per_stage_decoder": [1,1], "conv_bias": true,
          "norm_op": "torch.nn.modules.instancenorm.InstanceNorm3d", "norm_op_kwargs": {"eps": 1e-05, "affine": true},
          "dropout_op": null, "dropout_op_kwargs": null, "nonlin": "torch.nn.LeakyReLU",
          "nonlin_kwargs": {"inplace": true}},
        "_kw_requires_import": ["conv_op", "norm_op", "dropout_op", "nonlin"]},
      "batch_dice": false}},
    "experiment_planner_used": "ExperimentPlanner", "label_manager": "LabelManager",
    "foreground_intensity_properties_per_channel": {"0": {"max": 1.0, "mean": 0.5, "median": 0.5, "min": 0.0,
      "percentile_00_5": 0.0, "percentile_99_5": 1.0, "std": 0.25}}})",
                                                     "plans"),
                                  "plans");
}

nnunet::DatasetDescription dataset() {
  return nnunet::DatasetDescription::from_json(
      nnunet::parse_json(
          R"({"channel_names": {"0": "MRI"}, "labels": {"background": 0, "a": 1, "b": 2},
                             "numTraining": 4, "file_ending": ".nii.gz"})",
          "dataset.json"),
      {}, "dataset.json");
}

/// Batch `index` of `epoch`: noise, brighter where the label is 1 or 2. The same whenever it is
/// asked for.
nnunet::Batch batch(std::int64_t epoch, std::int64_t index) {
  nnunet::Batch result;
  result.case_ids = {"a", "b"};
  result.epoch = epoch;
  result.validation = index >= kIterations;
  result.batch = 2;
  result.channels = 1;
  result.seg_channels = 1;
  result.extent = {8, 8, 8};
  Rng rng(7, "batch", std::to_string(epoch) + "/" + std::to_string(index));
  for (int i = 0; i < 2 * 512; ++i) {
    const auto label = static_cast<std::int16_t>(i % 8 < 4 ? 0 : 1 + (i / 64) % 2);
    result.seg.push_back(label);
    result.image.push_back(static_cast<float>(rng.normal() * 0.3 + label));
  }
  return result;
}

TrainerOptions options() {
  TrainerOptions result;
  result.configuration = "3d_fullres";
  result.epochs = kEpochs;
  result.iterations = kIterations;
  result.val_iterations = kValIterations;
  result.seed = 11;
  return result;
}

Artifact publish(const std::filesystem::path& path) { return Artifact(path); }

/// Trains from where `trainer` is up to `until` epochs; stops `cut` batches into the next one.
void train(Trainer& trainer, std::int64_t until, std::int64_t cut = 0) {
  while (trainer.finished_epochs() < until) {
    const std::int64_t epoch = trainer.finished_epochs();
    for (std::int64_t i = 0; i < kIterations + kValIterations; ++i) {
      const bool complete = trainer.step(batch(epoch, i));
      EXPECT_EQ(complete, i + 1 == kIterations + kValIterations);
    }
    trainer.finish_epoch(publish, false);
  }
  for (std::int64_t i = 0; i < cut; ++i) trainer.step(batch(until, i));
}

void expect_error(const std::function<void()>& body, ErrorCode code, const std::string& part) {
  try {
    body();
    FAIL() << "expected an error with '" << part << "'";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), code) << error.what();
    EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
  }
}

std::string digest_of(const std::filesystem::path& folder, const TrainerOptions& how) {
  Trainer trainer(how, plans(), dataset(), folder);
  trainer.resume();
  train(trainer, kEpochs);
  return trainer.finish(publish).weights_digest;
}

TEST(Trainer, WritesTheFilesOfAFoldAndLearns) {
  const test::TempDir folder;
  Trainer trainer(options(), plans(), dataset(), folder.path());
  EXPECT_EQ(trainer.resume(), 0);
  train(trainer, kEpochs);
  const nnunet::TrainedModel model = trainer.finish(publish);
  EXPECT_EQ(model.folder, folder.path());
  EXPECT_EQ(model.folds, (std::vector<std::string>{"0"}));
  EXPECT_EQ(model.mirror_axes, (std::vector<int>{0, 1, 2}));
  const auto fold = folder / "fold_0";
  EXPECT_TRUE(std::filesystem::exists(fold / "checkpoint_best.pth"));
  EXPECT_FALSE(std::filesystem::exists(fold / "checkpoint_latest.pth"));
  const networks::CheckpointFile file(fold / "checkpoint_final.pth");
  const networks::CheckpointInfo& info = file.info();
  EXPECT_EQ(info.current_epoch, kEpochs);
  ASSERT_EQ(info.logging.train_losses.size(), static_cast<std::size_t>(kEpochs));
  EXPECT_LT(info.logging.train_losses.back(), info.logging.train_losses.front());
  EXPECT_EQ(info.logging.dice_per_class_or_region.back().size(), 2U);
  EXPECT_EQ(info.logging.lrs.front(), 0.01);
}

TEST(Trainer, AKilledRunGoesOnToTheSameWeights) {
  const test::TempDir whole;
  const std::string expected = digest_of(whole.path(), options());
  const test::TempDir cut;
  {
    Trainer trainer(options(), plans(), dataset(), cut.path());
    trainer.resume();
    train(trainer, 2, 4);
  }
  Trainer again(options(), plans(), dataset(), cut.path());
  EXPECT_EQ(again.resume(), 2);
  train(again, kEpochs);
  EXPECT_EQ(again.finish(publish).weights_digest, expected);
  const networks::CheckpointFile a(whole / "fold_0/checkpoint_final.pth");
  const networks::CheckpointFile b(cut / "fold_0/checkpoint_final.pth");
  EXPECT_EQ(a.info().logging.train_losses, b.info().logging.train_losses);
  EXPECT_EQ(a.info().logging.ema_fg_dice, b.info().logging.ema_fg_dice);
  EXPECT_EQ(a.info().best_ema, b.info().best_ema);
}

TEST(Trainer, NnUNetPredictsWithTheModelAndGoesOnTraining) {
  const char* python = std::getenv("NNFLOW_REFERENCE_PYTHON");
  const std::string interpreter = python != nullptr ? python : "/opt/ref/bin/python";
  NNFLOW_REQUIRE_PATH(interpreter);
  if (std::system((interpreter + " -c 'import nnunetv2' 2>/dev/null").c_str()) != 0) {
    GTEST_SKIP() << "no nnunetv2 in " << interpreter;
  }
  std::vector<TrainerOptions> all(5, options());
  all[1].trainer = "nnUNetTrainerNoMirroring";
  all[1].mirror_axes = std::vector<int>{};
  all[2].trainer = "nnUNetTrainerAdam";
  all[2].optimiser = "adamw";
  all[3].trainer = "nnUNetTrainerVanillaAdam1en3";
  all[3].optimiser = "adam";
  all[4].trainer = "nnUNetTrainerBN";
  all[4].batch_norm = true;
  for (const TrainerOptions& how : all) {
    const test::TempDir folder;
    (void)digest_of(folder.path(), how);
    write_model_files(folder.path(), "", plans(), dataset(), publish);
    const std::string command = interpreter + " " NNFLOW_TEST_SCRIPT " " + folder.path().string() +
                                " " + std::to_string(kEpochs) + " " + how.trainer + " '" +
                                (how.mirror_axes ? "" : "012") + "' > " +
                                (folder / "output.txt").string() + " 2>&1";
    EXPECT_EQ(std::system(command.c_str()), 0) << test::read_file(folder / "output.txt");
  }
}

TEST(Trainer, AKilledRunOfAdamGoesOnToTheSameWeights) {
  TrainerOptions how = options();
  how.optimiser = "adamw";
  how.initial_lr = 1e-3;
  const test::TempDir whole;
  const std::string expected = digest_of(whole.path(), how);
  const test::TempDir cut;
  {
    Trainer trainer(how, plans(), dataset(), cut.path());
    train(trainer, 2, 1);
  }
  EXPECT_EQ(digest_of(cut.path(), how), expected);
  Trainer sgd(options(), plans(), dataset(), cut.path());
  expect_error([&] { sgd.resume(); }, ErrorCode::kInvalidData,
               "optimizer_state has no 'momentum_buffer' of '");
}

TEST(Trainer, StartsFromTheWeightsOfAnotherDataSet) {
  const test::TempDir first;
  (void)digest_of(first.path(), options());
  const auto file = first / "fold_0/checkpoint_final.pth";
  nnunet::DatasetDescription other = nnunet::DatasetDescription::from_json(
      nnunet::parse_json(R"({"channel_names": {"0": "MRI"}, "labels": {"background": 0, "a": 1},
                             "numTraining": 4, "file_ending": ".nii.gz"})",
                         "dataset.json"),
      {}, "dataset.json");
  TrainerOptions how = options();
  how.pretrained_weights = file.string();
  const test::TempDir folder;
  Trainer trainer(how, plans(), other, folder.path());
  Trainer fresh(options(), plans(), other, folder.path());
  trainer.load_pretrained();
  const std::string tuned = trainer.weights_digest();
  EXPECT_NE(tuned, fresh.weights_digest());
  Trainer again(how, plans(), other, folder.path());
  again.load_pretrained();
  EXPECT_EQ(again.weights_digest(), tuned) << "the heads are those of the seed";

  nnunet::Json wide = plans().document();
  wide["configurations"]["3d_fullres"]["architecture"]["arch_kwargs"]["features_per_stage"] = {8, 8,
                                                                                               8};
  Trainer wider(how, nnunet::Plans::from_json(wide, "plans"), other, folder.path());
  expect_error([&] { wider.load_pretrained(); }, ErrorCode::kInvalidData,
               "the weights do not fit the network: entry "
               "'encoder.stages.0.0.convs.0.conv.weight' has shape (4, 1, 3, 3, 3), expected (8, "
               "1, 3, 3, 3)");
}

TEST(Trainer, WritesOnlyTheFinalCheckpointWhenToldSo) {
  TrainerOptions how = options();
  how.checkpoints = false;
  const test::TempDir folder;
  (void)digest_of(folder.path(), how);
  EXPECT_TRUE(std::filesystem::exists(folder / "fold_0/checkpoint_final.pth"));
  EXPECT_FALSE(std::filesystem::exists(folder / "fold_0/checkpoint_best.pth"));
}

TEST(Trainer, RefusesLossesThatRegionsDoNotHave) {
  const auto regions = nnunet::DatasetDescription::from_json(
      nnunet::parse_json(
          R"({"channel_names": {"0": "MRI"}, "labels": {"background": 0, "a": [1, 2], "b": 2},
              "regions_class_order": [1, 2], "numTraining": 4, "file_ending": ".nii.gz"})",
          "dataset.json"),
      {}, "dataset.json");
  TrainerOptions how = options();
  how.loss = "top_k";
  expect_error([&] { Trainer(how, plans(), regions, "/nowhere"); }, ErrorCode::kInvalidParam,
               "loss top_k is for labels that exclude each other");
}

TEST(Trainer, AFinishedRunIsLeftAsItIs) {
  const test::TempDir folder;
  const std::string digest = digest_of(folder.path(), options());
  const auto file = folder / "fold_0/checkpoint_final.pth";
  const std::string bytes = test::read_file(file);
  EXPECT_EQ(digest_of(folder.path(), options()), digest);
  EXPECT_EQ(test::read_file(file), bytes);
}

TEST(Trainer, SeedsGiveDifferentRuns) {
  const test::TempDir one;
  const test::TempDir two;
  TrainerOptions other = options();
  other.seed = 12;
  EXPECT_NE(digest_of(one.path(), options()), digest_of(two.path(), other));
}

TEST(Trainer, EarlierCheckpointsAreUsedOnlyWhenTheyAreFurther) {
  const test::TempDir folder;
  TrainerOptions short_run = options();
  short_run.epochs = 2;
  {
    Trainer trainer(short_run, plans(), dataset(), folder.path());
    train(trainer, 2);
    (void)trainer.finish(publish);
  }
  Trainer longer(options(), plans(), dataset(), folder.path());
  EXPECT_EQ(longer.resume(), 2) << "the final checkpoint of the short run";
  train(longer, 3);
  Trainer third(options(), plans(), dataset(), folder.path());
  EXPECT_EQ(third.resume(), 3) << "the latest checkpoint, further than the final one";
}

TEST(Trainer, RefusesBatchesThatDoNotFit) {
  const test::TempDir folder;
  Trainer trainer(options(), plans(), dataset(), folder.path());
  expect_error([&] { trainer.step(batch(1, 0)); }, ErrorCode::kInternal,
               "a batch of epoch 1 in epoch 0");
  nnunet::Batch odd = batch(0, 0);
  odd.extent = {8, 8, 6};
  expect_error([&] { trainer.step(odd); }, ErrorCode::kInvalidData,
               "patch edge 6 is not divisible by 4");
  nnunet::Batch channels = batch(0, 0);
  channels.channels = 3;
  expect_error([&] { trainer.step(channels); }, ErrorCode::kInvalidData,
               "have 3 channels, the network expects 1");
  nnunet::Batch infinite = batch(0, 0);
  infinite.image[3] = INFINITY;
  expect_error([&] { trainer.step(infinite); }, ErrorCode::kInvalidData,
               "the loss is not a number in epoch 0 on cases a, b");
}

TEST(Trainer, EndingEarlyIsAnError) {
  const test::TempDir folder;
  Trainer trainer(options(), plans(), dataset(), folder.path());
  train(trainer, 1);
  expect_error([&] { (void)trainer.finish(publish); }, ErrorCode::kInternal, "after 1 of 4 epochs");
}

TEST(Trainer, RefusesTheCheckpointOfAnotherNetwork) {
  const test::TempDir folder;
  (void)digest_of(folder.path(), options());
  nnunet::Json wide = plans().document();
  wide["configurations"]["3d_fullres"]["architecture"]["arch_kwargs"]["features_per_stage"] = {8, 8,
                                                                                               8};
  Trainer trainer(options(), nnunet::Plans::from_json(wide, "plans"), dataset(), folder.path());
  expect_error([&] { trainer.resume(); }, ErrorCode::kInvalidData,
               "checkpoint_final.pth: the weights do not fit");
}

}  // namespace
}  // namespace nnflow::train
