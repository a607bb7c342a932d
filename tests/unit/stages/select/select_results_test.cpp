// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "select/inference_report.hpp"
#include "select/results.hpp"
#include "support/shared.hpp"
#include "support/temp_dir.hpp"

namespace nnflow::select {
namespace {

using testing::HasSubstr;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

std::size_t best(const std::vector<double>& values) {
  std::vector<std::pair<Element, double>> scores;
  for (const double value : values) scores.emplace_back(Element{}, value);
  return best_of(scores);
}

TEST(BestScore, IsTheFirstOfTheHighest) {
  EXPECT_EQ(best({0.5, 0.7, 0.7, 0.6}), 1U);
  EXPECT_EQ(best({0.5}), 0U);
}

TEST(BestScore, IsANumberWhereThereIsOne) {
  EXPECT_EQ(best({kNan, 0.1, kNan, 0.2}), 3U);
  EXPECT_EQ(best({0.1, kNan}), 0U);
  EXPECT_EQ(best({kNan, kNan}), 0U);
}

TEST(ResultNames, AreThoseOfTheReference) {
  EXPECT_EQ(folds_text({0, 1, 12}), "0_1_12");
  EXPECT_EQ(merged_folder("model", {0, 2}), "model/crossval_results_folds_0_2");
  EXPECT_EQ(ensemble_name({"T", "P", "2d"}, {"T", "P", "3d"}, {0, 1}),
            "ensemble___T__P__2d___T__P__3d___0_1");
  EXPECT_EQ(check_folds({0, 3}), "");
  EXPECT_THAT(check_folds({}), HasSubstr("at least one fold"));
  EXPECT_THAT(check_folds({0, -1}), HasSubstr("got -1"));
  EXPECT_THAT(check_folds({1, 0, 1}), HasSubstr("fold 1 comes twice"));
}

TEST(FreeFolders, HaveNothingButRecords) {
  const test::TempDir folder;
  EXPECT_TRUE(is_free(folder / "new"));
  test::write_file(folder / ".nnflow/run.json", "");
  EXPECT_TRUE(is_free(folder.path()));
  test::write_file(folder / "case.nii.gz", "");
  EXPECT_FALSE(is_free(folder.path()));
}

InferenceReport report() {
  InferenceReport report;
  report.dataset = "Dataset001_X";
  report.folds = {0, 1};
  report.folder = "/results/folder";
  report.selected = {{{"nnUNetTrainer", "nnUNetPlans", "3d_fullres"}, ""}};
  return report;
}

TEST(InferenceInstructions, NameOneModel) {
  EXPECT_EQ(report().instructions(),
            "***Run inference like this:***\n\n"
            "nnflow predict -d Dataset001_X -i INPUT_FOLDER -o OUTPUT_FOLDER -f 0 1 -tr "
            "nnUNetTrainer -c 3d_fullres -p nnUNetPlans\n"
            "\n***Once inference is completed, run postprocessing like this:***\n\n"
            "nnflow apply_postprocessing -i OUTPUT_FOLDER -o OUTPUT_FOLDER_PP -pp_pkl_file "
            "/results/folder/postprocessing.pkl -plans_json /results/folder/plans.json\n");
}

TEST(InferenceInstructions, NameTheWorkspace) {
  InferenceReport ensemble = report();
  ensemble.workspace = "/my data/work";
  ensemble.selected.push_back(
      {{"nnUNetTrainer", "nnUNetPlans", "3d_cascade_fullres"}, "3d_lowres"});
  const std::string text = ensemble.instructions();
  const std::string start = "nnflow predict -d Dataset001_X ";
  int commands = 0;
  for (std::size_t at = text.find(start); at != std::string::npos; at = text.find(start, at + 1)) {
    ++commands;
    EXPECT_EQ(text.find("--workspace '/my data/work' -i ", at), at + start.size()) << text;
  }
  EXPECT_EQ(commands, 3);
}

TEST(InferenceInstructions, NameTheFirstStageOfACascade) {
  InferenceReport cascade = report();
  cascade.selected.front().name.configuration = "3d_cascade_fullres";
  cascade.selected.front().previous_stage = "3d_lowres";
  EXPECT_THAT(cascade.instructions(),
              HasSubstr("-i INPUT_FOLDER -o OUTPUT_FOLDER_PREV_STAGE -f 0 1 -tr nnUNetTrainer -c "
                        "3d_lowres -p nnUNetPlans\nnnflow predict -d Dataset001_X -i INPUT_FOLDER "
                        "-o OUTPUT_FOLDER -f 0 1 -tr nnUNetTrainer -c 3d_cascade_fullres -p "
                        "nnUNetPlans -prev_stage_predictions OUTPUT_FOLDER_PREV_STAGE\n"));
}

}  // namespace
}  // namespace nnflow::select
