// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// What a message says beside what is wrong: what is there instead, and what to do.
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "program.hpp"
#include "support/shared.hpp"
#include "support/temp_dir.hpp"

namespace nnflow::test {
namespace {

namespace fs = std::filesystem;

#define EXPECT_SAYS(answer, words) \
  EXPECT_NE((answer).text.find(words), std::string::npos) << (answer).text

class Hints : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    made_ = std::make_unique<TempDir>();
    const Answer made = make_phantoms(*made_ / "Dataset901_Tiny", 5);
    ASSERT_EQ(made.code, 0) << made.text;
  }
  static void TearDownTestSuite() { made_.reset(); }

  /// The raw data set, a copy of this test's own.
  [[nodiscard]] fs::path copy_data() const {
    const fs::path folder = folder_ / "Dataset901_Tiny";
    fs::copy(*made_ / "Dataset901_Tiny", folder, fs::copy_options::recursive);
    return folder;
  }
  [[nodiscard]] Answer run_here(Words words) const {
    words.insert(words.end(), {"--threads", "1", "--run-dir", (folder_ / "record").string()});
    return run_nnflow(words);
  }
  [[nodiscard]] Answer predict(Words more) const {
    Words words{"predict", "-i", (folder_ / "in").string()};
    words.insert(words.end(), more.begin(), more.end());
    return run_here(words);
  }

  const TempDir folder_;
  static inline std::unique_ptr<TempDir> made_;
};

TEST_F(Hints, TrainingFindsAPreprocessedDataSetInItsWorkspace) {
  const fs::path data = copy_data();
  const std::string work = (folder_ / "work").string();
  ASSERT_EQ(run_here({"plan_and_preprocess", "-d", data.string(), "-o", work, "-c", "2d"}).code, 0);
  fs::remove_all(data);
  const Words training{"train", "901", "2d", "0", "-o", work, "--until", "plans"};
  Answer answer = run_here(training);
  EXPECT_EQ(answer.code, 0) << answer.text;
  // What is made of raw data needs them.
  answer = run_here({"preprocess", "-d", "901", "-o", work, "-c", "2d"});
  EXPECT_EQ(answer.code, 1);
  EXPECT_SAYS(answer, "the environment variable nnUNet_raw is not set");

  answer = run_here({"train", "901", "3d_fullres", "0", "-o", work, "-p", "nnUNetPlan"});
  EXPECT_EQ(answer.code, 3);
  EXPECT_SAYS(answer, "make them with 'nnflow plan'; plans in " + work +
                          "/nnUNet_preprocessed/Dataset901_Tiny: nnUNetPlans\n");
  answer = run_here({"train", "901", "3d_fullres", "0", "-o", work});
  EXPECT_EQ(answer.code, 3);
  EXPECT_SAYS(answer,
              "nnUNetPlans_3d_fullres: no such folder; the cases of configuration 3d_fullres are "
              "made by 'nnflow preprocess -c 3d_fullres'; preprocessed are in " +
                  work + "/nnUNet_preprocessed/Dataset901_Tiny: nnUNetPlans_2d");
}

TEST_F(Hints, RawDataAreLookedForInTheWorkspaceToo) {
  const fs::path data = copy_data();
  const fs::path work = folder_ / "work";
  fs::create_directories(work / "nnUNet_raw");
  fs::rename(data, work / "nnUNet_raw/Dataset901_Tiny");
  const Answer answer = run_here({"fingerprint", "-d", "901", "-o", work.string()});
  EXPECT_EQ(answer.code, 0) << answer.text;
}

TEST_F(Hints, OverlaysOfADataSetThatIsNotPreprocessed) {
  const std::string data = copy_data().string();
  const std::string work = (folder_ / "work").string();
  ASSERT_EQ(run_here({"plan_and_preprocess", "-d", data, "-o", work, "--no_pp"}).code, 0);
  const Answer answer = run_here(
      {"plot_overlays", "-d", data, "--workspace", work, "-o", (folder_ / "out").string()});
  EXPECT_EQ(answer.code, 3);
  EXPECT_SAYS(answer, "made by 'nnflow preprocess -c 3d_fullres'; preprocessed are in " + work +
                          "/nnUNet_preprocessed/Dataset901_Tiny: none");
}

TEST_F(Hints, ModelsThatAreThereAreListed) {
  const fs::path dataset = folder_ / "work/nnUNet_results/Dataset901_Tiny";
  fs::create_directories(dataset / "nnUNetTrainer__nnUNetPlans__2d");
  fs::create_directories(dataset / "Mine__nnUNetPlans__3d_fullres");
  fs::create_directories(dataset / "ensembles");
  const std::string out = (folder_ / "out").string();
  const std::string work = (folder_ / "work").string();
  const std::string list = "models in " + dataset.string() +
                           ": Mine__nnUNetPlans__3d_fullres, "
                           "nnUNetTrainer__nnUNetPlans__2d\n";
  Answer answer = predict({"-o", out, "-d", "901", "-c", "3d_fullres", "--workspace", work});
  EXPECT_EQ(answer.code, 3);
  EXPECT_SAYS(answer, list);
  answer = predict({"-o", out, "-m", (dataset / "Other__nnUNetPlans__2d").string() + "/"});
  EXPECT_SAYS(answer, list);
  EXPECT_FALSE(fs::exists(out));
  // Without the workspace nothing can be found.
  answer = predict({"-o", out, "-d", "901", "-c", "2d"});
  EXPECT_EQ(answer.code, 3);
  EXPECT_SAYS(answer, "or name their parent folder (--workspace DIR");
}

TEST_F(Hints, AModelOfAllCasesOnly) {
  const fs::path model = folder_ / "nnUNetTrainer__nnUNetPlans__2d";
  for (const char* file : {"plans.json", "dataset.json"}) write_file(model / file, "{}");
  const Words words{"-o", (folder_ / "out").string(), "-m", model.string()};
  Answer answer = predict(words);
  EXPECT_EQ(answer.code, 3);
  EXPECT_SAYS(answer, "no fold has checkpoint_final.pth\n");
  write_file(model / "fold_all/checkpoint_final.pth", "");
  answer = predict(words);
  EXPECT_SAYS(answer, "no fold has checkpoint_final.pth but fold_all: predict with -f all");
}

TEST_F(Hints, AnImageIsNoFolderForResults) {
  const std::string model = (folder_ / "model").string();
  const fs::path out = folder_ / "out.nii.gz";
  Answer answer = predict({"-o", out.string(), "-m", model});
  EXPECT_EQ(answer.code, 1);
  EXPECT_SAYS(answer, out.string() + ": is named like an image, expected a folder");
  EXPECT_FALSE(fs::exists(out));
  write_file(folder_ / "out", "");
  answer = predict({"-o", (folder_ / "out").string(), "-m", model});
  EXPECT_SAYS(answer, "out: is a file, expected a folder");
  // A folder of that name, which somebody made, is one.
  fs::create_directories(out);
  answer = predict({"-o", out.string(), "-m", model});
  EXPECT_EQ(answer.code, 3);
  EXPECT_SAYS(answer, model + ": no such model folder");
}

TEST_F(Hints, LabelsWithoutAnImage) {
  const fs::path data = copy_data();
  fs::remove(data / "imagesTr/phantom_002_0000.nii.gz");
  Answer answer = run_here({"fingerprint", "-d", data.string(), "-o", (folder_ / "w").string()});
  EXPECT_EQ(answer.code, 3);
  EXPECT_SAYS(answer,
              "'numTraining' is 5, but 4 cases were found: phantom_000, phantom_001, "
              "phantom_003, phantom_004; labels without an image: phantom_002.nii.gz\n");
  fs::remove(data / "labelsTr/phantom_003.nii.gz");
  answer = run_here({"fingerprint", "-d", data.string(), "-o", (folder_ / "w").string()});
  EXPECT_SAYS(answer, "case phantom_003: label");
}

TEST_F(Hints, EndingsThatAreThere) {
  const fs::path data = copy_data();
  std::string text = read_file(data / "dataset.json");
  text.replace(text.find(".nii.gz"), 7, ".mha");
  write_file(data / "dataset.json", text);
  Answer answer = run_here({"fingerprint", "-d", data.string(), "-o", (folder_ / "w").string()});
  EXPECT_EQ(answer.code, 3);
  EXPECT_SAYS(answer, "0 cases were found; key 'file_ending' is .mha, the files in " +
                          (data / "imagesTr").string() + " end with .nii.gz\n");

  fs::remove(data / "dataset.json");
  answer = run_here({"fingerprint", "-d", data.string(), "-o", (folder_ / "w").string()});
  EXPECT_EQ(answer.code, 3);
  EXPECT_SAYS(answer, "dataset.json: no such file; 'nnflow generate_dataset_json " + data.string() +
                          " --channel-names NAME... --labels NAME...' writes it");

  answer = run_here({"generate_dataset_json", data.string(), "--channel-names", "MRI", "--labels",
                     "a", "b", "--file-ending", ".png"});
  EXPECT_EQ(answer.code, 3);
  EXPECT_SAYS(answer, "no image ends with .png");
  EXPECT_SAYS(answer,
              "the files there end with .nii.gz (the ending is that of the data set; "
              "generate_dataset_json has --file-ending)\n");
}

TEST_F(Hints, MissingPredictionsAndFolds) {
  const fs::path data = copy_data();
  const fs::path predictions = folder_ / "predictions";
  fs::copy(data / "labelsTr", predictions);
  fs::remove(predictions / "phantom_001.nii.gz");
  const Words folders{(data / "labelsTr").string(), predictions.string()};
  Words words{"evaluate", folders[0], folders[1], "-djfile", (data / "dataset.json").string()};
  Answer answer = run_here(words);
  EXPECT_EQ(answer.code, 3);
  EXPECT_SAYS(answer, "no prediction for the references phantom_001; --chill leaves them out\n");
  words.emplace_back("--chill");
  EXPECT_EQ(run_here(words).code, 0);
  answer = run_here({"evaluate_simple", folders[0], folders[1], "-l", "1"});
  EXPECT_SAYS(answer, "no prediction for the references phantom_001; --chill leaves them out\n");

  const std::string work = (folder_ / "work").string();
  ASSERT_EQ(run_here({"plan_and_preprocess", "-d", data.string(), "-o", work, "--no_pp"}).code, 0);
  const fs::path fold =
      fs::path(work) / "nnUNet_results/Dataset901_Tiny/nnUNetTrainer__nnUNetPlans__2d/fold_0";
  fs::create_directories(fold / "validation");
  fs::copy(data / "dataset.json", fold.parent_path() / "dataset.json");
  fs::copy(fs::path(work) / "nnUNet_preprocessed/Dataset901_Tiny/nnUNetPlans.json",
           fold.parent_path() / "plans.json");
  answer = run_here(
      {"find_best_configuration", data.string(), "-c", "2d", "-f", "0", "1", "--workspace", work});
  EXPECT_EQ(answer.code, 3);
  EXPECT_SAYS(answer, "fold 1 of the model must be trained, or left out of the folds (-f)");
}

TEST_F(Hints, PlacesAreSearchedAndNamedOnce) {
  const Answer answer = run_here({"train", "901", "2d", "0", "-tr", "nnUNetTrainerX"});
  EXPECT_EQ(answer.code, 1);
  const std::size_t searched = answer.text.find("searched: ");
  ASSERT_NE(searched, std::string::npos) << answer.text;
  const std::string line =
      answer.text.substr(searched, answer.text.find('\n', searched) - searched);
  EXPECT_EQ(line.find("trainers"), line.rfind("trainers")) << line;
}

TEST_F(Hints, ProgressOfItemsThatAreMadeTwice) {
  const fs::path data = copy_data();
  const std::string labels = (data / "labelsTr").string();
  const Answer answer = run({program().string(), "determine_postprocessing", "-i", labels, "-ref",
                             labels, "-dataset_json", (data / "dataset.json").string(), "--threads",
                             "1", "--run-dir", (folder_ / "record").string()});
  ASSERT_EQ(answer.code, 0) << answer.text;
  int lines = 0;
  for (std::size_t at = answer.text.find("read "); at != std::string::npos;
       at = answer.text.find("read ", at + 1)) {
    std::size_t digits = answer.text.find_first_not_of(' ', at + 4);
    const std::size_t slash = answer.text.find_first_not_of("0123456789", digits);
    if (slash == digits || answer.text[slash] != '/') continue;
    EXPECT_LE(std::stoi(answer.text.substr(digits)), std::stoi(answer.text.substr(slash + 1)))
        << answer.text;
    ++lines;
  }
  EXPECT_GT(lines, 0) << answer.text;
}

}  // namespace
}  // namespace nnflow::test
