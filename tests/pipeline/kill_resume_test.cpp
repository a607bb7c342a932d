// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// `nnflow nnunet` killed with SIGKILL in every phase; the same command then goes on and ends with
// the results of a run that nobody disturbed.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "nnflow/networks/checkpoint.hpp"
#include "program.hpp"
#include "support/shared.hpp"
#include "support/temp_dir.hpp"

namespace nnflow::test {
namespace {

namespace fs = std::filesystem;

struct Phase {
  const char* name;
  const char* ready;    ///< folder where the engine notes finished items
  std::size_t items;    ///< kill when so many are there
  std::string not_yet;  ///< the phase is over when this is there
  const char* run;      ///< sub-folder of the run folder with the record of the phase
  const char* stage;    ///< whose work is kept
};

const std::string kModel =
    "work/nnUNet_results/Dataset901_Tiny/nnUNetTrainer__nnUNetPlans__3d_fullres";
const std::string kFold = kModel + "/fold_0";
const std::string kValidationSummary = kFold + "/validation/summary.json";

/// Finished files below a path, a temporary one is not finished; of a ledger the lines.
std::size_t count(const fs::path& path) {
  std::error_code error;
  if (path.extension() == ".jsonl") {
    const std::string text = fs::exists(path, error) ? read_file(path) : std::string();
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  }
  if (fs::is_regular_file(path, error)) return 1;
  std::size_t found = 0;
  for (fs::recursive_directory_iterator entry(path, error), end; !error && entry != end;
       entry.increment(error)) {
    const bool temporary = entry->path().string().find(".nnflow-tmp") != std::string::npos;
    if (!temporary && entry->is_regular_file(error)) ++found;
  }
  return found;
}

/// What a training measured, epoch by epoch, without the times.
std::vector<std::vector<double>> curves(const fs::path& checkpoint) {
  const networks::TrainingLog log = networks::CheckpointFile(checkpoint).info().logging;
  std::vector<std::vector<double>> result{log.train_losses, log.val_losses, log.mean_fg_dice,
                                          log.ema_fg_dice, log.lrs};
  result.insert(result.end(), log.dice_per_class_or_region.begin(),
                log.dice_per_class_or_region.end());
  return result;
}

class KillResume : public testing::TestWithParam<Phase> {
 protected:
  static void SetUpTestSuite() {
    folder_ = std::make_unique<TempDir>();
    const Answer made = make_phantoms(data(), 8);
    ASSERT_EQ(made.code, 0) << made.text;
    const Answer answer = wait_for(start());
    ASSERT_EQ(answer.code, 0) << output();
    expected_ = tree(*folder_ / "work");
    ASSERT_EQ(expected_.count(kValidationSummary.substr(5)), 1U);
    expected_tensors_ = tensors(*folder_ / kFold / "checkpoint_final.pth");
    expected_curves_ = curves(*folder_ / kFold / "checkpoint_final.pth");
    for (std::size_t i = 0; i < 5; ++i) ASSERT_EQ(expected_curves_[i].size(), 4U) << "epochs";
    clear();
  }
  static void TearDownTestSuite() { folder_.reset(); }
  void TearDown() override { clear(); }

  static fs::path data() { return *folder_ / "Dataset901_Tiny"; }
  static std::string output() { return read_file(*folder_ / "output.txt"); }
  static void clear() {
    for (const char* name : {"work", "record", "output.txt"}) fs::remove_all(*folder_ / name);
  }

  static pid_t start(const Words& more = {}) {
    SmallRun run{.data = data(),
                 .workspace = *folder_ / "work",
                 .run_dir = *folder_ / "record",
                 .epochs = 4,
                 .iterations = 5,
                 .more = {"--quiet"}};
    run.more.insert(run.more.end(), more.begin(), more.end());
    return start_nnflow(words(run), *folder_ / "output.txt");
  }

  /// Starts a run and kills it when `ready`; false if it was over before.
  static bool kill_when(const std::function<bool()>& ready) {
    const pid_t process = start();
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(90);
    while (!ready() && std::chrono::steady_clock::now() < until) {
      int status = 0;
      if (waitpid(process, &status, WNOHANG) == process) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    kill(process, SIGKILL);
    return wait_for(process).signal == SIGKILL;
  }

  static void expect_equal_results() {
    auto found = tree(*folder_ / "work");
    auto expected = expected_;
    EXPECT_EQ(found[kValidationSummary.substr(5)], expected[kValidationSummary.substr(5)]);
    for (auto* const files : {&found, &expected}) {
      std::erase_if(*files, [](const auto& file) {  // these name the time
        return file.first.ends_with(".pth") || is_dated(file.first);
      });
    }
    EXPECT_EQ(unequal(expected, found), Words{});
    EXPECT_EQ(unequal(found, expected), Words{});
    const auto weights = tensors(*folder_ / kFold / "checkpoint_final.pth");
    EXPECT_GT(weights.size(), 10U);
    EXPECT_EQ(unequal(expected_tensors_, weights), Words{});
    EXPECT_EQ(curves(*folder_ / kFold / "checkpoint_final.pth"), expected_curves_)
        << "number for number";
  }

  static inline std::unique_ptr<TempDir> folder_;
  static inline std::map<std::string, std::string> expected_;
  static inline std::map<std::string, std::string> expected_tensors_;
  static inline std::vector<std::vector<double>> expected_curves_;
};

TEST_P(KillResume, TheSameCommandKeepsFinishedWorkAndEndsEqual) {
  const Phase& phase = GetParam();
  bool killed_inside = false;
  for (int attempt = 0; attempt < 5 && !killed_inside; ++attempt) {
    clear();
    const bool killed = kill_when([&] { return count(*folder_ / phase.ready) >= phase.items; });
    killed_inside = killed && !fs::exists(*folder_ / phase.not_yet);
  }
  ASSERT_TRUE(killed_inside) << "the phase was over too early: " << output();

  const Answer answer = wait_for(start());
  ASSERT_EQ(answer.code, 0) << output();
  expect_equal_results();
  const fs::path run = *folder_ / "record" / phase.run;
  if (std::string(phase.stage) == "network") {
    const std::string log = read_file(run / "log.txt");
    EXPECT_NE(log.find("network: going on after "), std::string::npos) << log;
    EXPECT_LT(counter(run, "network", "done"), 4 * 6);
  } else {
    EXPECT_GE(counter(run, phase.stage, "kept"), 1) << read_file(run / "summary.json");
  }
}

INSTANTIATE_TEST_SUITE_P(
    Phases,
    KillResume,
    testing::Values(
        Phase{"Fingerprint", "record/cache", 3,
              "work/nnUNet_preprocessed/Dataset901_Tiny/dataset_fingerprint.json", "",
              "prepare/statistics"},
        Phase{"Preprocessing", "record/preprocess/3d_fullres/ledger/write.jsonl", 3, kModel,
              "preprocess/3d_fullres", "write"},
        Phase{"Training",
              "work/nnUNet_results/Dataset901_Tiny/nnUNetTrainer__nnUNetPlans__3d_fullres/fold_0/"
              "checkpoint_latest.pth",
              1, kFold + "/checkpoint_final.pth", "train/3d_fullres_fold_0", "network"},
        Phase{"Validation", "record/train/3d_fullres_fold_0/ledger/write.jsonl", 1,
              kValidationSummary, "train/3d_fullres_fold_0", "write"}),
    [](const auto& entry) { return std::string(entry.param.name); });

using OtherInputs = KillResume;

/// A trained fold is not taken for that of another training.
TEST_F(OtherInputs, AreRefusedUntilTheFoldIsTrainedAnew) {
  ASSERT_EQ(wait_for(start()).code, 0) << output();
  const std::string first = read_file(*folder_ / kFold / "nnflow_training.json");
  ASSERT_EQ(wait_for(start({"--initial-lr", "0.05"})).code, 3) << output();
  EXPECT_NE(output().find((*folder_ / kFold / "checkpoint_final.pth").string() +
                          ": was trained from other inputs than this run has\n"
                          "  parameter initial_lr was 0.01, is 0.05\n"),
            std::string::npos)
      << output();
  EXPECT_EQ(read_file(*folder_ / kFold / "nnflow_training.json"), first);
  EXPECT_EQ(tensors(*folder_ / kFold / "checkpoint_final.pth"), expected_tensors_);
  ASSERT_EQ(wait_for(start({"--initial-lr", "0.05", "--restart"})).code, 0) << output();
  EXPECT_NE(tensors(*folder_ / kFold / "checkpoint_final.pth"), expected_tensors_);
  ASSERT_EQ(wait_for(start({"--initial-lr", "0.05"})).code, 0) << output();
}

/// What another split left in the validation folder takes no part in the postprocessing.
TEST_F(OtherInputs, LeftoversOfAnotherSplitAreLeftOut) {
  ASSERT_EQ(wait_for(start()).code, 0) << output();
  const fs::path validation = *folder_ / kFold / "validation";
  const auto decision = [&] { return read_file(validation / "postprocessing.json"); };
  const std::string before = decision();
  const fs::path references =
      *folder_ / "work/nnUNet_preprocessed/Dataset901_Tiny/gt_segmentations";
  Words left;
  for (const auto& entry : fs::directory_iterator(references)) {
    const fs::path copy = validation / entry.path().filename();
    if (fs::exists(copy)) continue;
    write_file(copy, "not an image: reading it is an error");
    left.push_back(copy.string());
  }
  ASSERT_FALSE(left.empty());
  EXPECT_EQ(wait_for(start()).code, 0) << output();
  EXPECT_EQ(decision(), before);
}

using MissingDevice = KillResume;

TEST_F(MissingDevice, EndsTheRunBeforeAnythingIsRead) {
  EXPECT_EQ(wait_for(start({"--device", "cuda:99"})).code, 3) << output();
  EXPECT_NE(output().find("stage device: device: cannot use 'cuda:99': "), std::string::npos)
      << output();
  EXPECT_FALSE(fs::exists(*folder_ / "work")) << "the data set was read";
  const Answer predict = run_nnflow({"predict", "-i", (data() / "imagesTr").string(), "-o",
                                     (*folder_ / "out").string(), "-m", "/nowhere", "-device",
                                     "cuda:99", "--run-dir", (*folder_ / "record").string()});
  EXPECT_EQ(predict.code, 3);
  EXPECT_NE(predict.text.find("stage predict: device: cannot use 'cuda:99': "), std::string::npos)
      << predict.text;
}

using Twice = KillResume;

/// Killed again and again, every time a little later.
TEST_F(Twice, SurvivesManyKills) {
  int kills = 0;
  for (int pause = 20; pause <= 500; pause = pause * 3 / 2) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(pause);
    if (!kill_when([&] { return std::chrono::steady_clock::now() >= end; })) break;
    ++kills;
  }
  EXPECT_GE(kills, 1);
  const Answer answer = wait_for(start());
  ASSERT_EQ(answer.code, 0) << output();
  expect_equal_results();
}

}  // namespace
}  // namespace nnflow::test
