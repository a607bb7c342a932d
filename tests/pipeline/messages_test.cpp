// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// What a command says that is short of a value: which flag gives it, and what is possible.
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>

#include "program.hpp"
#include "support/shared.hpp"
#include "support/temp_dir.hpp"

namespace nnflow::test {
namespace {

namespace fs = std::filesystem;

class Messages : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    made_ = std::make_unique<TempDir>();
    const Answer made = make_phantoms(data(), 5);
    ASSERT_EQ(made.code, 0) << made.text;
  }
  static void TearDownTestSuite() { made_.reset(); }
  static fs::path data() { return *made_ / "Dataset901_Tiny"; }

  [[nodiscard]] Answer run_here(Words words) const {
    words.insert(words.end(), {"--threads", "1", "--run-dir", (folder_ / "record").string()});
    return run_nnflow(words);
  }

  const TempDir folder_;
  static inline std::unique_ptr<TempDir> made_;
};

TEST_F(Messages, PredictingWithoutAModelNamesItsFlags) {
  const Answer answer =
      run_here({"predict", "-i", data().string(), "-o", (folder_ / "out").string()});
  EXPECT_EQ(answer.text,
            "nnflow: error: stage model (predict.load_model): give model_folder, or dataset and "
            "configuration\n  note: -m FOLDER names the model; or -d and -c do, with -p, -tr and "
            "--workspace where they differ from the defaults\n");
  EXPECT_EQ(answer.code, 1);
}

TEST_F(Messages, AMissingDatasetJsonNamesItsFlag) {
  const std::string labels = (data() / "labelsTr").string();
  const std::string text = "/dataset.json: no such file; expected the dataset.json with the labels";
  Answer answer = run_here({"evaluate", labels, labels, "-djfile", labels + "/dataset.json"});
  EXPECT_EQ(answer.text,
            "nnflow evaluate: error: stage dataset: " + labels + text +
                "\n  note: -djfile FILE (--dataset-json FILE) names the dataset.json\n");
  EXPECT_EQ(answer.code, 3);
  const std::string note =
      "\n  note: -dataset_json FILE (--dataset-json FILE) names it where the folder of the "
      "segmentations (-i) has none\n";
  answer = run_here({"determine_postprocessing", "-i", labels, "-ref", labels});
  EXPECT_EQ(answer.text,
            "nnflow determine_postprocessing: error: stage dataset: " + labels + text + note);
  answer = run_here({"apply_postprocessing", "-i", labels, "-o", (folder_ / "out").string(),
                     "-pp_pkl_file", "none.pkl"});
  EXPECT_EQ(answer.text,
            "nnflow apply_postprocessing: error: stage dataset: " + labels + text + note);
}

TEST_F(Messages, AFoldThatIsNoneIsAnErrorBeforePreprocessing) {
  const fs::path out = folder_ / "out";
  const Answer answer =
      run_here({"nnunet", "-d", data().string(), "-o", out.string(), "-f", "0", "first"});
  EXPECT_EQ(answer.text,
            "nnflow nnunet: error: stage folds: fold is 'first', expected all or a number; the "
            "folds of the split are 0 to 4, larger numbers stand for random splits\n");
  EXPECT_EQ(answer.code, 3);
  EXPECT_FALSE(fs::exists(out / "nnUNet_preprocessed/Dataset901_Tiny/nnUNetPlans_2d"));
}

TEST_F(Messages, EveryPlannerOfThePlanStageCanBeNamed) {
  const std::string out = (folder_ / "out").string();
  ASSERT_EQ(run_here({"fingerprint", "-d", data().string(), "-o", out}).code, 0);
  const Answer wrong = run_here({"plan", "-d", data().string(), "-o", out, "-pl", "none"});
  EXPECT_EQ(wrong.code, 3);
  EXPECT_EQ(wrong.text.substr(0, wrong.text.find('\n')),
            "nnflow plan: error: stage plan: planner: got 'none', expected one of "
            "ExperimentPlanner, ResEncUNetPlanner, "
            "nnUNetPlannerResEncM, nnUNetPlannerResEncL, nnUNetPlannerResEncXL, "
            "nnUNetPlanner_torchres, nnUNetPlannerResEncL_torchres, "
            "nnUNetPlannerResEncL_torchres_sepz, nnUNetPlannerResEncL_noResampling");
  // Before any image is read.
  const std::string other = (folder_ / "other").string();
  const Answer early =
      run_here({"plan_and_preprocess", "-d", data().string(), "-o", other, "-pl", "none"});
  EXPECT_EQ(early.code, 3);
  EXPECT_TRUE(early.text.starts_with("nnflow plan_and_preprocess: error: stage classes: planner: "))
      << early.text;
  EXPECT_TRUE(tree(other).empty());
  const Answer answer =
      run_here({"plan", "-d", data().string(), "-o", out, "-pl", "ResEncUNetPlanner"});
  EXPECT_EQ(answer.code, 0) << answer.text;
  EXPECT_TRUE(fs::exists(folder_ / "out/nnUNet_preprocessed/Dataset901_Tiny" /
                         "nnUNetResEncUNetPlans.json"));
}

TEST_F(Messages, PlansMoveToAnotherDataSetUnderAnotherName) {
  const std::string out = (folder_ / "out").string();
  ASSERT_EQ(run_here({"fingerprint", "-d", data().string(), "-o", out}).code, 0);
  const Answer planned = run_here({"plan", "-d", data().string(), "-o", out, "-pl",
                                   "nnUNetPlanner_torchres", "--suppress-transpose"});
  ASSERT_EQ(planned.code, 0) << planned.text;
  const fs::path folder = folder_ / "out/nnUNet_preprocessed/Dataset901_Tiny";
  const Answer answer = run_here({"move_plans_between_datasets", "-s", "901", "-t", data().string(),
                                  "-sp", "nnUNetPlans_torchres", "-tp", "Mine", "-o", out});
  EXPECT_EQ(answer.code, 0) << answer.text;
  const std::string moved = read_file(folder / "Mine.json");
  EXPECT_NE(moved.find("\"plans_name\": \"Mine\""), std::string::npos);
  EXPECT_NE(moved.find("\"data_identifier\": \"Mine_3d_fullres\""), std::string::npos);
  EXPECT_NE(moved.find("resample_torch_fornnunet"), std::string::npos);
}

TEST_F(Messages, ForcedStagesMayLieInsideWhatAUsedPipelineRepeats) {
  const Words dry{"demo", "-o", (folder_ / "demo").string(), "-n", "--force"};
  const auto forced = [&](const std::string& stage) {
    Words words = dry;
    words.push_back(stage);
    return run_here(words);
  };
  EXPECT_EQ(forced("nnunet/preprocess/normalise").code, 0);
  const Answer wrong = forced("nnunet/preproces/normalise");
  EXPECT_EQ(wrong.code, 2);
  EXPECT_NE(wrong.text.find("--force nnunet/preproces/normalise: no such stage"), std::string::npos)
      << wrong.text;
}

TEST_F(Messages, OutputThatCannotBeWrittenIsAnError) {
  const Answer answer = run({"sh", "-c", "\"$1\" list > /dev/full", "sh", program().string()});
  EXPECT_EQ(answer.code, 3);
  EXPECT_TRUE(answer.text.starts_with("nnflow: error: standard output: cannot write"))
      << answer.text;
}

TEST_F(Messages, ACacheThatIsAFileIsAnError) {
  const std::string file = (data() / "dataset.json").string();
  const Answer answer = run({"env", "NNFLOW_CACHE=" + file, program().string(), "cache", "status"});
  EXPECT_EQ(answer.code, 3);
  EXPECT_EQ(answer.text,
            "nnflow: error: " + file + ": is not a folder; NNFLOW_CACHE names that of the cache\n");
}

TEST_F(Messages, APluginFolderThatIsNotThereIsAnError) {
  const Answer answer = run_nnflow({"demo", "-n", "-o", "out", "--plugin-dir", "/nonexist"});
  EXPECT_EQ(answer.code, 2);
  EXPECT_NE(answer.text.find("--plugin-dir: /nonexist: no such folder"), std::string::npos)
      << answer.text;
}

TEST_F(Messages, ASeedOutOfRangeIsAnError) {
  for (const std::string seed : {"-1", "9223372036854775808", "1.5"}) {
    const Answer answer = run_nnflow({"demo", "-n", "-o", "out", "--seed=" + seed});
    EXPECT_EQ(answer.code, 2) << seed;
    EXPECT_NE(answer.text.find("--seed: expected a whole number from 0 to 9223372036854775807, "
                               "got " +
                               seed),
              std::string::npos)
        << answer.text;
  }
}

TEST_F(Messages, ValuesThatCannotBeAreErrorsBeforeAnyWork) {
  const std::string out = (folder_ / "demo").string();
  const auto demo = [&](const Words& more) {
    Words words{"demo", "-o", out, "--cases", "5"};
    words.insert(words.end(), more.begin(), more.end());
    return run_here(words);
  };
  Answer answer = demo({"--features", "0"});
  EXPECT_EQ(answer.code, 1);
  EXPECT_NE(answer.text.find("features must be positive"), std::string::npos) << answer.text;
  answer = demo({"--device", "tpu"});
  EXPECT_EQ(answer.code, 1);
  EXPECT_NE(answer.text.find("expected cpu, cuda or cuda:N, got 'tpu'"), std::string::npos)
      << answer.text;
  EXPECT_FALSE(fs::exists(out));
  answer = run_here({"demo", "-o", ""});
  EXPECT_EQ(answer.code, 2);
  EXPECT_NE(answer.text.find("--workspace is empty"), std::string::npos) << answer.text;
}

}  // namespace
}  // namespace nnflow::test
