// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// Trainings other than plain labels on one fold, each from raw data to segmentations.
#include <gtest/gtest.h>

#include <stdlib.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "nnflow/imaging/image_io.hpp"
#include "nnflow/networks/checkpoint.hpp"
#include "nnflow/networks/precision.hpp"
#include "nnflow/nnunet/probabilities.hpp"
#include "nnflow/nnunet/properties.hpp"
#include "nnflow/nnunet/py_json.hpp"
#include "nnflow/nnunet/store.hpp"
#include "program.hpp"
#include "support/shared.hpp"
#include "support/temp_dir.hpp"
#include "training_kinds.hpp"

namespace nnflow::test {
namespace {

namespace fs = std::filesystem;

/// One job a device: folds in processes of their own, which share the workspace.
TEST_F(TrainingKinds, FoldsTrainAtTheSameTime) {
  const fs::path alone = folder_ / "alone";
  for (const fs::path& workspace : {work_, alone}) {
    const Answer prepared =
        run_nnflow({"plan_and_preprocess", "-d", data_.string(), "-o", workspace.string(), "-c",
                    "3d_fullres", "--features", "4", "8", "--batch-size", "2"});
    ASSERT_EQ(prepared.code, 0) << prepared.text;
  }
  const auto start = [&](const fs::path& workspace, const std::string& fold) {
    return start_nnflow({"train", data_.string(), "3d_fullres", fold, "-o", workspace.string(),
                         "--epochs", "2", "--iterations", "4", "--val-iterations", "1", "--threads",
                         "1", "--compute-threads", "1", "--quiet"},
                        folder_ / ("output" + fold));
  };
  const Words folds{"0", "1", "2"};
  std::vector<pid_t> processes;
  for (const std::string& fold : folds) processes.push_back(start(work_, fold));
  for (std::size_t i = 0; i < folds.size(); ++i) {
    EXPECT_EQ(wait_for(processes[i]).code, 0) << read_file(folder_ / ("output" + folds[i]));
  }
  const std::string model = "nnUNet_results/Dataset901_Tiny/nnUNetTrainer__nnUNetPlans__3d_fullres";
  for (const std::string& fold : folds) {
    ASSERT_EQ(wait_for(start(alone, fold)).code, 0);
    const std::string name = "fold_" + fold + "/checkpoint_final.pth";
    const auto weights = tensors(work_ / model / name);
    EXPECT_GT(weights.size(), 10U);
    EXPECT_EQ(unequal(weights, tensors(alone / model / name)), Words{}) << fold;
  }
}

TEST_F(TrainingKinds, Regions) {
  labels(
      R"("labels": {"background": 0, "whole": [1, 2], "core": 2}, "regions_class_order": [1, 2])");
  const Answer answer = run_nnflow(words(small_run()));
  ASSERT_EQ(answer.code, 0) << answer.text;
  const auto summary = nnunet::read_json(fold() / "validation/summary.json");
  ASSERT_EQ(summary.at("metric_per_case").size(), 1U);
  const auto& entry = summary.at("metric_per_case")[0];
  const std::string prediction = voxels(validated());
  const std::string reference = voxels(reference_of(validated()));
  const auto& metrics = entry.at("metrics");
  ASSERT_EQ(metrics.size(), 2U);
  const auto size = static_cast<std::int64_t>(reference.size());
  EXPECT_EQ(sum(metrics.at("(1, 2)"), {"n_ref"}), size - count(reference, 0));
  EXPECT_EQ(sum(metrics.at("(1, 2)"), {"n_pred"}), size - count(prediction, 0));
  EXPECT_EQ(sum(metrics.at("2"), {"n_ref"}), count(reference, 2));
  EXPECT_EQ(sum(metrics.at("2"), {"n_pred"}), count(prediction, 2));
  EXPECT_EQ(count(prediction, 0) + count(prediction, 1) + count(prediction, 2), size);
}

TEST_F(TrainingKinds, IgnoreLabel) {
  labels(R"("labels": {"background": 0, "one": 1, "two": 2, "ignore": 3})");
  for (const fs::path& file : images(data_ / "labelsTr")) {
    std::string bytes = read_file(file);
    for (std::size_t i = kVoxels; i < bytes.size(); i += 3) bytes[i] = 3;
    write_file(file, bytes);
  }
  const Answer answer = run_nnflow(words(small_run()));
  ASSERT_EQ(answer.code, 0) << answer.text;
  const auto summary = nnunet::read_json(fold() / "validation/summary.json");
  const auto& entry = summary.at("metric_per_case")[0];
  const std::string prediction = voxels(validated());
  const std::string reference = voxels(reference_of(validated()));
  EXPECT_EQ(count(prediction, 3), 0);
  ASSERT_GT(count(reference, 3), 0);
  ASSERT_EQ(entry.at("metrics").size(), 2U);
  for (const auto& [label, metrics] : entry.at("metrics").items()) {
    EXPECT_EQ(sum(metrics, {"TP", "FP", "FN", "TN"}),
              static_cast<std::int64_t>(reference.size()) - count(reference, 3))
        << label;
  }
}

TEST_F(TrainingKinds, ProbabilitiesOfValidationAndPrediction) {
  labels(R"("labels": {"background": 0, "one": 1, "two": 2})");
  SmallRun run = small_run();
  run.more = {"--npz"};
  const Answer answer = run_nnflow(words(run));
  ASSERT_EQ(answer.code, 0) << answer.text;
  const std::string id = validated().stem().stem().string();
  const auto read = [](const fs::path& file) {
    nnunet::Probabilities probabilities;
    nnunet::add_probabilities(file, probabilities);
    return probabilities;
  };
  const auto extent = imaging::read_labels(validated()).extent();
  const auto kept = read(fold() / "validation" / (id + ".npz"));
  EXPECT_EQ(kept.heads, 3);
  EXPECT_EQ(kept.extent, extent);
  EXPECT_TRUE(nnunet::CaseProperties::read(fold() / "validation" / (id + ".pkl")).class_locations);

  // With and without mirroring; the average of both.
  const fs::path first = folder_ / "first";
  const fs::path second = folder_ / "second";
  ASSERT_EQ(predict(work_, first, {"--save_probabilities"}).code, 0);
  ASSERT_EQ(predict(work_, second, {"--save_probabilities", "--disable_tta"}).code, 0);
  const fs::path out = folder_ / "both";
  const Answer ensemble = run_nnflow(
      {"ensemble", "-i", first.string(), second.string(), "-o", out.string(), "--save_npz"});
  ASSERT_EQ(ensemble.code, 0) << ensemble.text;
  EXPECT_EQ(images(out).size(), images(first).size());
  const auto one = read(first / (id + ".npz"));
  const auto two = read(second / (id + ".npz"));
  const auto mean = read(out / (id + ".npz"));
  EXPECT_NE(one.values, two.values);
  for (std::size_t i = 0; i < mean.values.size(); ++i) {
    ASSERT_EQ(mean.values[i], (one.values[i] + two.values[i]) / 2.0F);
  }
}

TEST_F(TrainingKinds, FoldAllAndChosenCheckpoints) {
  SmallRun run = small_run();
  run.fold = "all";
  Answer answer = run_nnflow(words(run));
  ASSERT_EQ(answer.code, 0) << answer.text;
  EXPECT_TRUE(fs::exists(fold("fold_all") / "checkpoint_final.pth"));
  EXPECT_EQ(images(fold("fold_all") / "validation").size(), 5U);
  EXPECT_FALSE(fs::exists(work_ / "nnUNet_preprocessed/Dataset901_Tiny/splits_final.json"));
  answer = predict(work_, folder_ / "of_all", {"-f", "all"});
  ASSERT_EQ(answer.code, 0) << answer.text;
  for (const fs::path& file : images(folder_ / "of_all")) {
    EXPECT_EQ(voxels(file), voxels(fold("fold_all") / "validation" / file.filename())) << file;
  }

  run.workspace = folder_ / "other";
  run.run_dir = folder_ / "other_record";
  run.more = {"--seed", "99"};
  answer = run_nnflow(words(run));
  ASSERT_EQ(answer.code, 0) << answer.text;
  const fs::path other =
      run.workspace / fold("fold_all").lexically_relative(work_) / "checkpoint_final.pth";
  ASSERT_NE(tensors(other), tensors(fold("fold_all") / "checkpoint_final.pth"));
  fs::copy_file(other, fold("fold_all") / "checkpoint_other.pth");
  answer = predict(work_, folder_ / "chosen", {"-f", "all", "-chk", "checkpoint_other.pth"});
  ASSERT_EQ(answer.code, 0) << answer.text;
  answer = predict(run.workspace, folder_ / "expected", {"-f", "all"});
  ASSERT_EQ(answer.code, 0) << answer.text;
  bool differs = false;
  for (const fs::path& file : images(folder_ / "expected")) {
    EXPECT_EQ(voxels(folder_ / "chosen" / file.filename()), voxels(file)) << file;
    differs = differs || voxels(file) != voxels(folder_ / "of_all" / file.filename());
  }
  EXPECT_TRUE(differs) << "the two checkpoints cannot be told apart by their segmentations";
  answer = predict(work_, folder_ / "none", {"-f", "all", "-chk", "checkpoint_none.pth"});
  EXPECT_EQ(answer.code, 3);
  EXPECT_NE(answer.text.find("missing fold_all/checkpoint_none.pth"), std::string::npos)
      << answer.text;
}

TEST_F(TrainingKinds, TrainersByNameAndValidationByItself) {
  SmallRun run = small_run();
  const fs::path own = folder_ / "own/trainers/nnUNetTrainer_mine.yaml";
  write_file(own,
             "imports: [trainers/nnUNetTrainerNoMirroring.yaml]\nvars: {epochs: 2}\n"
             "stages: {network: {params: {optimiser: adam}}}\n");
  ::setenv("NNFLOW_PIPELINE_PATH", (folder_ / "own").c_str(), 1);
  run.more = {"-tr", "nnUNetTrainer_mine"};
  Words command = words(run);
  const auto epochs = std::find(command.begin(), command.end(), "--epochs");
  command.erase(epochs, epochs + 2);
  Answer answer = run_nnflow(command);
  ASSERT_EQ(answer.code, 0) << answer.text;
  const fs::path results = work_ / "nnUNet_results/Dataset901_Tiny";
  const fs::path trained = results / "nnUNetTrainer_mine__nnUNetPlans__3d_fullres/fold_0";
  const auto debug = nnunet::read_json(trained / "debug.json");
  EXPECT_EQ(debug.at("num_epochs"), "2");
  EXPECT_EQ(debug.at("optimizer"), "adam");
  EXPECT_EQ(debug.at("inference_allowed_mirroring_axes"), "None");
  ASSERT_EQ(images(trained / "validation").size(), 1U);
  const std::string expected = read_file(images(trained / "validation").front());

  // The same segmentations from the checkpoint alone; a longer training is not asked for.
  fs::remove_all(trained / "validation");
  const Words train{"train",
                    data_.string(),
                    "3d_fullres",
                    "0",
                    "-o",
                    work_.string(),
                    "-tr",
                    "nnUNetTrainer_mine",
                    "--threads",
                    "1",
                    "--compute-threads",
                    "1",
                    "--run-dir",
                    (folder_ / "validation_record").string()};
  Words only = train;
  only.insert(only.end(), {"--val", "--epochs", "50"});
  answer = run_nnflow(only);
  ASSERT_EQ(answer.code, 0) << answer.text;
  ASSERT_EQ(images(trained / "validation").size(), 1U);
  EXPECT_EQ(read_file(images(trained / "validation").front()), expected);
  EXPECT_TRUE(fs::exists(trained / "validation/summary.json"));

  Words wrong = train;
  std::replace(wrong.begin(), wrong.end(), std::string("nnUNetTrainer_mine"),
               std::string("nnUNetTrainer_5epoch"));
  answer = run_nnflow(wrong);
  EXPECT_EQ(answer.code, 1);
  EXPECT_NE(answer.text.find("error: no file trainers/nnUNetTrainer_5epoch.yaml for trainer "
                             "\"nnUNetTrainer_5epoch\"; did you mean \"nnUNetTrainer_1epoch\"?\n"
                             "  note: there are nnUNetTrainer, "),
            std::string::npos)
      << answer.text;
  ::unsetenv("NNFLOW_PIPELINE_PATH");

  // Another network than the plans have: the validation and the prediction know it by the weights.
  run.more = {"-tr", "nnUNetTrainerBN"};
  answer = run_nnflow(words(run));
  ASSERT_EQ(answer.code, 0) << answer.text;
  const auto normed =
      images(results / "nnUNetTrainerBN__nnUNetPlans__3d_fullres/fold_0/validation");
  ASSERT_EQ(normed.size(), 1U);
  answer = predict(work_, folder_ / "normed", {"-f", "0", "-tr", "nnUNetTrainerBN"});
  ASSERT_EQ(answer.code, 0) << answer.text;
  EXPECT_EQ(read_file(folder_ / "normed" / normed.front().filename()), read_file(normed.front()));
}

TEST_F(TrainingKinds, StrongAugmentationAlikeWithAnyNumberOfThreads) {
  std::vector<std::string> segmentations;
  for (const std::string threads : {"1", "3"}) {
    SmallRun run = small_run();
    run.workspace = folder_ / ("threads_" + threads);
    run.iterations = 10;
    run.threads = threads;
    run.more = {"-tr", "nnUNetTrainerDA5"};
    const Answer answer = run_nnflow(words(run));
    ASSERT_EQ(answer.code, 0) << answer.text;
    const auto files = images(run.workspace /
                              "nnUNet_results/Dataset901_Tiny"
                              "/nnUNetTrainerDA5__nnUNetPlans__3d_fullres/fold_0/validation");
    ASSERT_EQ(files.size(), 1U);
    segmentations.push_back(read_file(files.front()));
  }
  EXPECT_EQ(segmentations[0], segmentations[1]);

  // The benchmark of the preprocessed cases: times, no validation.
  const fs::path workspace = folder_ / "threads_1";
  const std::string benchmark = "nnUNetTrainerBenchmark_5epochs";
  const Answer answer =
      run_nnflow({"train", data_.string(), "3d_fullres", "0", "-o", workspace.string(), "-tr",
                  benchmark, "--iterations", "1", "--val-iterations", "1", "--threads", "1",
                  "--compute-threads", "1", "--run-dir", (folder_ / "benchmark_record").string()});
  ASSERT_EQ(answer.code, 0) << answer.text;
  const fs::path timed = workspace / "nnUNet_results/Dataset901_Tiny" /
                         (benchmark + "__nnUNetPlans__3d_fullres") / "fold_0";
  EXPECT_FALSE(fs::exists(timed / "validation"));
  const auto results = nnunet::read_json(timed / "benchmark_result.json");
  ASSERT_EQ(results.size(), 1U);
  EXPECT_GT(results.begin()->at("fastest_epoch").get<double>(), 0.0);
  EXPECT_EQ(results.begin()->at("num_gpus"), 1);
  EXPECT_EQ(nnunet::read_json(timed / "debug.json").at("num_epochs"), "5");
}

/// The bytes of an array of numpy.
template <class T>
std::string npy(const std::string& type, const nnunet::ArrayFile& array) {
  std::vector<T> values(
      static_cast<std::size_t>(array.channels() * imaging::voxel_count(array.extent())));
  array.read(values);
  std::string header = "{'descr': '" + type + "', 'fortran_order': False, 'shape': (";
  header += std::to_string(array.channels());
  for (const std::int64_t length : array.extent()) header += ", " + std::to_string(length);
  header += "), }\n";
  std::string bytes("\x93NUMPY\1\0", 8);
  bytes += static_cast<char>(header.size() & 0xFFU);
  bytes += static_cast<char>(header.size() >> 8U);
  bytes += header;
  return bytes.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
}

TEST_F(TrainingKinds, CasesPreprocessedByOlderVersions) {
  Answer answer = run_nnflow({"plan_and_preprocess", "-d", data_.string(), "-o", work_.string(),
                              "-c", "3d_fullres", "--features", "4", "8", "--batch-size", "2",
                              "--threads", "1", "--run-dir", (folder_ / "record").string()});
  ASSERT_EQ(answer.code, 0) << answer.text;
  const fs::path older = folder_ / "older";
  fs::copy(work_, older, fs::copy_options::recursive);
  const nnunet::PreprocessedFolder cases(
      older / "nnUNet_preprocessed/Dataset901_Tiny/nnUNetPlans_3d_fullres");
  ASSERT_EQ(cases.ids().size(), 5U);
  for (const std::string& id : cases.ids()) {
    write_file(cases.folder() / (id + ".npy"), npy<float>("<f4", cases.open_image(id)));
    write_file(cases.folder() / (id + "_seg.npy"), npy<std::int16_t>("<i2", cases.open_seg(id)));
    fs::remove(cases.folder() / (id + ".b2nd"));
    fs::remove(cases.folder() / (id + "_seg.b2nd"));
  }
  for (const fs::path& workspace : {work_, older}) {
    answer =
        run_nnflow({"train", data_.string(), "3d_fullres", "0", "-o", workspace.string(),
                    "--epochs", "1", "--iterations", "4", "--val-iterations", "1", "--threads", "1",
                    "--compute-threads", "1", "--run-dir", (workspace / "record").string()});
    ASSERT_EQ(answer.code, 0) << answer.text;
  }
  const fs::path results = older / fold().lexically_relative(work_);
  EXPECT_EQ(tensors(results / "checkpoint_final.pth"), tensors(fold() / "checkpoint_final.pth"));
  const fs::path name = validated().filename();
  EXPECT_EQ(read_file(results / "validation" / name), read_file(fold() / "validation" / name));
}

TEST_F(TrainingKinds, TorchResamplingWithPlansOfAnotherDataSet) {
  const fs::path other = folder_ / "Dataset902_Other";
  const fs::path preprocessed_root = work_ / "nnUNet_preprocessed";
  fs::copy(data_, other, fs::copy_options::recursive);
  const auto run_here = [&](Words words) {
    words.insert(words.end(), {"-o", work_.string(), "--threads", "1"});
    const Answer answer = run_nnflow(words);
    EXPECT_EQ(answer.code, 0) << answer.text;
  };
  run_here({"fingerprint", "-d", data_.string()});
  run_here({"plan", "-d", data_.string(), "-pl", "nnUNetPlanner_torchres", "--features", "4", "8",
            "--batch-size", "2", "--target-spacing", "1", "1", "2", "--suppress-transpose"});
  run_here({"move_plans_between_datasets", "-s", "901", "-t", other.string(), "-sp",
            "nnUNetPlans_torchres", "-tp", "Mine"});
  run_here({"preprocess", "-d", other.string(), "-c", "3d_fullres", "-plans_name", "Mine"});
  const auto crop = cropped(preprocessed_root / "Dataset901_Tiny").front();
  const auto extent =
      preprocessed(preprocessed_root / "Dataset902_Other/Mine_3d_fullres", "phantom_000");
  EXPECT_GT(extent[0], crop[0]);
  EXPECT_LT(extent[2], crop[2]);
  run_here({"train", "-d", other.string(), "-c", "3d_fullres", "-f", "0", "-p", "Mine", "--epochs",
            "1", "--iterations", "4", "--val-iterations", "1", "--compute-threads", "1"});
  const fs::path validation =
      work_ / "nnUNet_results/Dataset902_Other/nnUNetTrainer__Mine__3d_fullres/fold_0/validation";
  const auto segmented = images(validation);
  ASSERT_EQ(segmented.size(), 1U);
  EXPECT_EQ(voxels(segmented.front()).size(), voxels(reference_of(segmented.front())).size());
  const Answer answer = run_nnflow({"predict", "-i", (other / "imagesTr").string(), "-o",
                                    (folder_ / "predicted").string(), "-d", "Dataset902_Other",
                                    "-c", "3d_fullres", "-p", "Mine", "-f", "0", "--workspace",
                                    work_.string(), "--threads", "1", "--compute-threads", "1"});
  ASSERT_EQ(answer.code, 0) << answer.text;
  EXPECT_EQ(voxels(folder_ / "predicted" / segmented.front().filename()),
            voxels(segmented.front()));
}

TEST_F(TrainingKinds, NoResampling) {
  SmallRun run = small_run();
  run.more = {"-pl", "nnUNetPlannerResEncL_noResampling", "--target-spacing", "2", "0.7", "0.7"};
  const Answer answer = run_nnflow(words(run));
  ASSERT_EQ(answer.code, 0) << answer.text;
  const std::string plans = "nnUNetResEncUNetLPlans_noResampling";
  const fs::path dataset = work_ / "nnUNet_preprocessed/Dataset901_Tiny";
  EXPECT_EQ(preprocessed(dataset / (plans + "_3d_fullres"), "phantom_000"),
            cropped(dataset).front());
  const fs::path validation = work_ / "nnUNet_results/Dataset901_Tiny" /
                              ("nnUNetTrainer__" + plans + "__3d_fullres") / "fold_0/validation";
  const auto segmented = images(validation);
  ASSERT_EQ(segmented.size(), 1U);
  EXPECT_EQ(voxels(segmented.front()).size(), voxels(reference_of(segmented.front())).size());
}

TEST_F(TrainingKinds, Bf16IsNearFloat32OrRefusedWhereTheCpuLacksIt) {
  SmallRun run = small_run();
  run.epochs = 3;
  run.iterations = 10;
  const auto losses = [&] {
    const auto log = networks::CheckpointFile(fold() / "checkpoint_final.pth").info().logging;
    std::vector<double> all = log.train_losses;
    all.insert(all.end(), log.val_losses.begin(), log.val_losses.end());
    return all;
  };
  if (!networks::cpu_has_bf16()) {
    run.more = {"--precision", "bf16"};
    const Answer refused = run_nnflow(words(run));
    EXPECT_EQ(refused.code, 3) << refused.text;
    EXPECT_NE(refused.text.find("stage device: precision: cannot use 'bf16': this CPU has no"),
              std::string::npos)
        << refused.text;
    EXPECT_FALSE(fs::exists(work_)) << "the data set was read";
    return;
  }
  const Answer wide = run_nnflow(words(run));
  ASSERT_EQ(wide.code, 0) << wide.text;
  const std::vector<double> expected = losses();
  run.more = {"--precision", "bf16"};
  const Answer other = run_nnflow(words(run));
  EXPECT_EQ(other.code, 3) << "the fold is of another training: " << other.text;
  EXPECT_NE(other.text.find("parameter precision was absent, is \"bf16\""), std::string::npos)
      << other.text;
  run.more.emplace_back("--restart");
  const Answer narrow = run_nnflow(words(run));
  ASSERT_EQ(narrow.code, 0) << narrow.text;
  const std::vector<double> found = losses();
  ASSERT_EQ(found.size(), 6U);
  EXPECT_NE(found, expected);
  for (std::size_t i = 0; i < found.size(); ++i) EXPECT_NEAR(found[i], expected[i], 0.02) << i;
}

}  // namespace
}  // namespace nnflow::test
