// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// What the commands of tests/pipeline/selection_test.cpp do not show: bad input.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nnflow/nnunet/paths.hpp>
#include <nnflow/testing.hpp>
#include <string>

#include "support/shared.hpp"
#include "support/temp_dir.hpp"

namespace nnflow {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using testing::StageRunner;

constexpr const char* kDataset = "Dataset002_Labels";

/// The message of the Error that `action` throws.
template <typename Action>
std::string message_of(const Action& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

/// A copy of golden results.
class SelectStages : public ::testing::Test {
 protected:
  SelectStages() {
    for (const char* kind : {"nnUNet_results", "nnUNet_preprocessed"}) {
      fs::create_directories(workspace_ / kind);
      fs::copy(fs::path(NNFLOW_SOURCE_DIR "/tests/golden/selection") / kind / kDataset,
               workspace_ / kind / kDataset, fs::copy_options::recursive);
    }
  }
  [[nodiscard]] fs::path model() const {
    return workspace_ / "nnUNet_results" / kDataset / "nnUNetTrainer__nnUNetPlans__3d_fullres";
  }
  [[nodiscard]] std::string place() const {
    return std::string("dataset: ") + kDataset + "\nworkspace: " + workspace_.path().string() +
           "\n";
  }
  [[nodiscard]] testing::Outputs merge(const std::string& folds) const {
    return StageRunner("select.merge", place() + "configuration: 3d_fullres\nfolds: " + folds)
        .finish();
  }
  const test::TempDir workspace_;
};

TEST_F(SelectStages, MergeNamesWhatToEvaluate) {
  const auto out = merge("[1]");
  const auto& results = out.get<Elements>("results").items;
  ASSERT_EQ(results.size(), 1U);
  const fs::path folder = results[0].values.find("folder")->as_string();
  EXPECT_EQ(folder, model() / "crossval_results_folds_1");
  EXPECT_EQ(test::children(folder, ".nii.gz").size(), 3U);
  EXPECT_THAT(results[0].values.find("references")->as_string(), HasSubstr("gt_segmentations"));
}

TEST_F(SelectStages, MergeGoesOnInAFolderOfItsOwn) {
  const fs::path out = workspace_ / "merged";
  const std::string params =
      place() + "configuration: 3d_fullres\nfolds: [0, 1]\nout: " + out.string() + "\noverwrite: ";
  // What an interrupted run left, and an earlier one of other plans.
  test::write_file(out / "case_0.nii.gz", "kept");
  test::write_file(out / "summary.json", "of fewer cases");
  test::write_file(out / "plans.json", "{}");
  test::write_file(out / "dataset.json", "{}");
  EXPECT_THAT(message_of([&] { StageRunner("select.merge", params + "true").finish(); }),
              HasSubstr("is not empty; expected an empty or a new folder, or --no_overwrite"));
  const auto results = StageRunner("select.merge", params + "false").finish();
  EXPECT_EQ(results.get<Elements>("results").items.size(), 1U);
  EXPECT_EQ(test::read_file(out / "case_0.nii.gz"), "kept");
  EXPECT_EQ(test::children(out, ".nii.gz").size(), 6U);
  EXPECT_FALSE(fs::exists(out / "summary.json"));
  for (const char* const name : {"plans.json", "dataset.json"}) {
    EXPECT_EQ(test::read_file(out / name), test::read_file(model() / name)) << name;
  }
  // Nothing is added, yet the copies are those of the model.
  test::write_file(out / "summary.json", "of all cases");
  test::write_file(out / "plans.json", "{}");
  const auto again = StageRunner("select.merge", params + "false").finish();
  EXPECT_TRUE(again.get<Elements>("results").items.empty());
  EXPECT_EQ(test::read_file(out / "summary.json"), "of all cases");
  EXPECT_EQ(test::read_file(out / "plans.json"), test::read_file(model() / "plans.json"));
}

TEST_F(SelectStages, CrossvalTakesConfigurationsWithAllFolds) {
  Elements trained;
  const auto add = [&](const std::string& configuration, const std::string& fold) {
    Value values;
    values.set("plans", "MyPlans");
    values.set("configuration", configuration);
    values.set("fold", fold);
    trained.items.push_back({configuration + "_fold_" + fold, std::move(values)});
  };
  const auto complete = [&] {
    StageRunner runner("select.crossval");
    return runner.put("trained", trained).finish().get<Elements>("complete").items;
  };
  add("3d_fullres", "0");
  add("2d", "all");
  EXPECT_TRUE(complete().empty()) << "one fold is no cross-validation";
  add("2d", "3");
  EXPECT_TRUE(complete().empty()) << "neither configuration has both folds";
  add("3d_fullres", "3");
  const auto items = complete();
  ASSERT_EQ(items.size(), 1U);
  EXPECT_EQ(items[0].values.find("plans")->as_string(), "MyPlans");
  EXPECT_EQ(items[0].values.find("configurations")->to_json(), "[\"3d_fullres\"]");
  EXPECT_EQ(items[0].values.find("folds")->to_json(), "[0,3]");
}

TEST_F(SelectStages, MergeRefusesWhatIsNotThere) {
  EXPECT_THAT(message_of([&] { static_cast<void>(merge("[0, 7]")); }),
              HasSubstr("fold 7 of the model must be trained"));
  EXPECT_THAT(message_of([&] { static_cast<void>(merge("[]")); }), HasSubstr("at least one fold"));
  fs::copy(model() / "fold_0/validation/case_0.nii.gz", model() / "fold_1/validation");
  EXPECT_THAT(message_of([&] { static_cast<void>(merge("[0, 1]")); }),
              HasSubstr("case_0.nii.gz is in more than one fold"));
  EXPECT_THAT(message_of([&] {
                StageRunner("select.merge", place() + "configuration: 2d\nfolds: [0]").finish();
              }),
              HasSubstr("nnUNetTrainer__nnUNetPlans__2d/dataset.json"));
}

TEST_F(SelectStages, CandidatesAreInTheReferencesOrder) {
  StageRunner runner("select.candidates",
                     place() + "configurations: [3d_other, unknown, 3d_fullres]\nfolds: [0, 1]");
  const auto out = runner.finish();
  const auto& models = out.get<Elements>("models").items;
  ASSERT_EQ(models.size(), 2U);
  EXPECT_EQ(models[0].id, "nnUNetTrainer__nnUNetPlans__3d_other");
  ASSERT_EQ(out.get<Elements>("ensembles").items.size(), 1U);
  EXPECT_EQ(out.get<Elements>("ensembles").items[0].id,
            "ensemble___nnUNetTrainer__nnUNetPlans__3d_other___"
            "nnUNetTrainer__nnUNetPlans__3d_fullres___0_1");
  ASSERT_FALSE(runner.log().empty());
  EXPECT_THAT(runner.log().front(), HasSubstr("configuration unknown is not in"));
}

TEST_F(SelectStages, CandidatesMustBeTrained) {
  fs::remove_all(model());
  EXPECT_THAT(message_of([&] {
                StageRunner("select.candidates", place() + "configurations: [3d_fullres]").finish();
              }),
              HasSubstr("3d_fullres: no such model folder; expected it to be trained, with --npz"));
  EXPECT_THAT(message_of([&] {
                StageRunner("select.candidates", place() + "configurations: [unknown]").finish();
              }),
              HasSubstr("none of them is in the plans of Dataset002_Labels"));
}

TEST_F(SelectStages, BestLeavesOutWhatIsNoNumber) {
  Elements models;
  int number = 0;
  for (const char* dice : {"NaN", "0.25"}) {
    const fs::path folder = workspace_ / std::to_string(number++);
    std::string metrics = "{\"Dice\": ";
    metrics += dice;
    metrics +=
        ", \"FN\": 0.0, \"FP\": 0.0, \"IoU\": 0.0, \"TN\": 0.0, \"TP\": 0.0, \"n_pred\": 0.0, "
        "\"n_ref\": 0.0}";
    test::write_file(folder / "summary.json", "{\"foreground_mean\": " + metrics +
                                                  ", \"mean\": {\"1\": " + metrics +
                                                  "}, \"metric_per_case\": []}");
    Value values;
    values.set("folder", folder.string());
    models.items.push_back({dice, std::move(values)});
  }
  StageRunner runner("select.best", place());
  const auto out = runner.put("models", models).put("ensembles", Elements{}).finish();
  EXPECT_EQ(out.get<Elements>("best").items.at(0).id, "0.25");
  EXPECT_THAT(runner.log().front(), HasSubstr("no number: a label is in no case"));
  StageRunner none("select.best", place());
  none.put("models", Elements{}).put("ensembles", Elements{});
  EXPECT_THAT(message_of([&] { none.finish(); }), HasSubstr("nothing to choose from"));
}

}  // namespace
}  // namespace nnflow
