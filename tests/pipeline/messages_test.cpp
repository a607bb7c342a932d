// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// What a command says that is short of a value: which flag gives it, and what is possible.
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

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

  /// The last run's messages, warnings among them, which --quiet does not print.
  [[nodiscard]] std::string log() const { return read_file(folder_ / "record/log.txt"); }

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
  EXPECT_EQ(answer.code, 1);
  EXPECT_FALSE(fs::exists(out / "nnUNet_preprocessed/Dataset901_Tiny/nnUNetPlans_2d"));
}

TEST_F(Messages, EveryPlannerOfThePlanStageCanBeNamed) {
  const std::string out = (folder_ / "out").string();
  ASSERT_EQ(run_here({"fingerprint", "-d", data().string(), "-o", out}).code, 0);
  const Answer wrong = run_here({"plan", "-d", data().string(), "-o", out, "-pl", "none"});
  EXPECT_EQ(wrong.code, 1);
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
  EXPECT_EQ(early.code, 1);
  EXPECT_TRUE(early.text.starts_with("nnflow plan_and_preprocess: error: stage classes: planner: "))
      << early.text;
  EXPECT_TRUE(tree(other).empty());
  const Answer answer =
      run_here({"plan", "-d", data().string(), "-o", out, "-pl", "ResEncUNetPlanner"});
  EXPECT_EQ(answer.code, 0) << answer.text;
  EXPECT_TRUE(fs::exists(folder_ / "out/nnUNet_preprocessed/Dataset901_Tiny" /
                         "nnUNetResEncUNetPlans.json"));
}

TEST_F(Messages, TheExitCodeTellsWrongValuesFromRunsThatFailed) {
  const std::string out = (folder_ / "out").string();
  const std::string set = data().string();
  ASSERT_EQ(run_here({"plan_and_preprocess", "-d", set, "-o", out, "-c", "2d"}).code, 0);
  const std::vector<std::pair<Words, int>> calls{
      // A value that cannot be, wherever it is noticed.
      {{"fingerprint", "-d", "Foo", "-o", out}, 1},
      {{"plan_and_preprocess", "-d", set, "-o", out, "-c", "3d"}, 1},
      {{"preprocess", "-d", set, "-o", out, "-c", "3d"}, 1},
      {{"train", set, "3d", "0", "-o", out}, 1},
      {{"train", set, "2d", "first", "-o", out}, 1},
      {{"train", set, "2d", "0", "-o", out, "-tr", "none"}, 1},
      {{"train", set, "2d", "0", "-o", out, "-device", "tpu"}, 1},
      {{"train", set, "2d", "0"}, 1},
      // A file or a folder that is not there.
      {{"fingerprint", "-d", "/none/Dataset901_Tiny", "-o", out}, 3},
      {{"fingerprint", "-d", "902", "-o", out}, 3},
      {{"train", set, "2d", "0", "-o", out, "-p", "none"}, 3},
      {{"train", set, "2d", "0", "-o", out, "--val"}, 3},
      {{"predict", "-i", set + "/imagesTr", "-o", out + "/to", "-m", "none"}, 3},
      {{"ensemble", "-i", "none", "none", "-o", out + "/to"}, 3},
      {{"evaluate", set + "/labelsTr", set + "/labelsTr", "-djfile", "none.json"}, 3},
  };
  for (const auto& [words, code] : calls) {
    const Answer answer = run_here(words);
    EXPECT_EQ(answer.code, code) << words[0] << " " << words[2] << ": " << answer.text;
  }
}

TEST_F(Messages, AMissingFolderOfResultsIsToldBeforeAnyCaseIsMeasured) {
  const Answer answer = run_here({"fingerprint", "-d", data().string()});
  EXPECT_EQ(answer.code, 1);
  EXPECT_NE(answer.text.find("the environment variable nnUNet_preprocessed is not set, which names "
                             "a root folder of nnU-Net; set it, or name its parent folder "
                             "(--workspace DIR, with most commands also -o DIR)"),
            std::string::npos)
      << answer.text;
}

TEST_F(Messages, SeveralDataSetsAreDoneOneAfterTheOther) {
  const fs::path second = folder_ / "Dataset902_Tiny";
  ASSERT_EQ(make_phantoms(second, 5).code, 0);
  const std::string out = (folder_ / "out").string();
  const fs::path prepared = folder_ / "out/nnUNet_preprocessed";
  Answer answer = run_here({"fingerprint", "-d", "/none/Dataset900_X", second.string(), "-o", out});
  EXPECT_EQ(answer.code, 3) << answer.text;
  EXPECT_FALSE(fs::exists(prepared / "Dataset902_Tiny")) << "the first failure ends the command";
  answer = run_here(
      {"plan_and_preprocess", "-d", data().string(), second.string() + "/", "-c", "2d", "-o", out});
  ASSERT_EQ(answer.code, 0) << answer.text;
  for (const char* name : {"Dataset901_Tiny", "Dataset902_Tiny"}) {
    EXPECT_TRUE(fs::exists(prepared / name / "nnUNetPlans.json")) << name;
    EXPECT_TRUE(fs::exists(folder_ / "record" / name / "summary.json")) << name;
  }
}

TEST_F(Messages, PlansThatDifferAreNotReplacedInPassing) {
  const std::string out = (folder_ / "out").string();
  const fs::path plans = folder_ / "out/nnUNet_preprocessed/Dataset901_Tiny/nnUNetPlans.json";
  const auto plan = [&](const std::string& command, const Words& more) {
    Words words{command, "-d", data().string(), "-o", out, "--until", "plan"};
    words.insert(words.end(), more.begin(), more.end());
    return run_here(words);
  };
  ASSERT_EQ(plan("nnunet", {"--features", "8", "16"}).code, 0);
  const std::string made = read_file(plans);
  EXPECT_EQ(plan("nnunet", {"--features", "8", "16"}).code, 0) << "the same command goes on";

  Answer answer = plan("nnunet", {});
  EXPECT_EQ(answer.code, 1);
  EXPECT_NE(answer.text.find(plans.string() + ": there are plans, and this run would make others:"),
            std::string::npos)
      << answer.text;
  EXPECT_NE(answer.text.find("features_per_stage was [8, 16"), std::string::npos) << answer.text;
  EXPECT_NE(answer.text.find("--features"), std::string::npos) << answer.text;
  EXPECT_EQ(read_file(plans), made);

  answer = plan("nnunet", {"--existing-plans", "keep"});
  EXPECT_EQ(answer.code, 0) << answer.text;
  EXPECT_NE(log().find(plans.string() + ": is used; this run would have made others"),
            std::string::npos)
      << answer.text;
  EXPECT_EQ(read_file(plans), made);

  // As nnU-Net, but not without a word.
  answer = plan("plan", {});
  EXPECT_EQ(answer.code, 0) << answer.text;
  EXPECT_NE(log().find(plans.string() + ": plans that differ are replaced:"), std::string::npos)
      << answer.text;
  EXPECT_NE(read_file(plans), made);
  EXPECT_EQ(plan("nnunet", {"--features", "8", "16", "--force", "plan"}).code, 0);
  EXPECT_EQ(read_file(plans), made);
  EXPECT_EQ(plan("nnunet", {"--existing-plans", "replace"}).code, 0);
  EXPECT_NE(read_file(plans), made);
}

TEST_F(Messages, LabelsThatOccurNowhereAreRemarked) {
  const std::string labels = (data() / "labelsTr").string();
  const Answer answer = run_here({"evaluate_simple", labels, labels, "-l", "1", "17", "-o",
                                  (folder_ / "summary.json").string()});
  EXPECT_EQ(answer.code, 0) << answer.text;
  EXPECT_NE(log().find("label 17 occurs in no segmentation and in no reference"), std::string::npos)
      << answer.text;
  EXPECT_EQ(log().find("label 1 occurs"), std::string::npos) << answer.text;
}

TEST_F(Messages, LabelsThatAreNotDeclaredAreNamed) {
  const fs::path folder = folder_ / "Dataset903_Tiny";
  fs::copy(data(), folder, fs::copy_options::recursive);
  fs::remove(folder / "dataset.json");
  Words words{
      "generate_dataset_json", folder.string(), "--channel-names", "MRI", "--labels", "organ"};
  Answer answer = run_here(words);
  EXPECT_EQ(answer.code, 3);
  for (const char* name : {"phantom_000.nii.gz", "phantom_004.nii.gz"}) {
    EXPECT_NE(answer.text.find((folder / "labelsTr" / name).string() +
                               ": label values 2 are not declared, there are 0, 1"),
              std::string::npos)
        << answer.text;
  }
  EXPECT_FALSE(fs::exists(folder / "dataset.json"));
  words.emplace_back("--no-check");
  answer = run_here(words);
  EXPECT_EQ(answer.code, 0) << answer.text;
}

TEST_F(Messages, TreatedSegmentationsKeepWhatDescribesThem) {
  const fs::path labels = folder_ / "labels";
  fs::copy(data() / "labelsTr", labels);
  fs::copy(data() / "dataset.json", labels / "dataset.json");
  ASSERT_EQ(
      run_here({"determine_postprocessing", "-i", labels.string(), "-ref", labels.string()}).code,
      0);
  const Answer answer =
      run_here({"apply_postprocessing", "-i", labels.string(), "-o", (folder_ / "out").string(),
                "-pp_pkl_file", (labels / "postprocessing.pkl").string()});
  ASSERT_EQ(answer.code, 0) << answer.text;
  EXPECT_EQ(read_file(folder_ / "out/dataset.json"), read_file(labels / "dataset.json"));
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
