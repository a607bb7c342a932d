// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <utility>

#include <nnflow/imaging/image_io.hpp>
#include <nnflow/testing.hpp>

#include "small_plans.hpp"
#include "support/temp_dir.hpp"

namespace nnflow {
namespace {

using testing::StageRunner;

nnunet::Plans planned(const std::string& params,
                      const test::TempDir& dir,
                      const nnunet::Fingerprint& fingerprint = test::small_fingerprint()) {
  StageRunner runner("plan.experiment", "{out: " + dir.path().string() + params + "}");
  runner.put("dataset", test::small_dataset()).put("fingerprint", fingerprint);
  return runner.finish().get<nnunet::Plans>("plans");
}

TEST(ExperimentStage, WritesThePlansItEmits) {
  const test::TempDir dir;
  const auto plans = planned("", dir);
  EXPECT_EQ(nnunet::read_json(dir / "nnUNetPlans.json"), plans.document());
  EXPECT_EQ(plans.configuration_names(), (std::vector<std::string>{"2d", "3d_fullres"}));
  const auto fullres = plans.configuration("3d_fullres");
  EXPECT_EQ(fullres.normalization_schemes,
            (std::vector<std::string>{"CTNormalization", "ZScoreNormalization"}));
  EXPECT_EQ(fullres.use_mask_for_norm, (std::vector<bool>{false, true}));
  EXPECT_EQ(fullres.patch_size, (std::vector<std::int64_t>{40, 64, 64}));
  EXPECT_FALSE(fullres.batch_dice);

  StageRunner reader("plan.read", "out: " + dir.path().string());
  EXPECT_EQ(
      reader.put("dataset", test::small_dataset()).finish().get<nnunet::Plans>("plans").document(),
      plans.document());
}

TEST(ExperimentStage, TakesFeaturesAndBatchSizeFromTheCommandLine) {
  const test::TempDir dir;
  const auto plans = planned(", features: [8, 16], batch_size: 3, plans_name: small", dir);
  const auto flat = plans.configuration("2d");
  EXPECT_EQ(flat.batch_size, 3);
  EXPECT_EQ(flat.architecture.n_stages, 5);
  EXPECT_EQ(flat.architecture.features_per_stage, (std::vector<std::int64_t>{8, 16, 16, 16, 16}));
  EXPECT_EQ(flat.data_identifier, "small_2d");
  EXPECT_TRUE(std::filesystem::exists(dir / "small.json"));
}

TEST(ExperimentStage, TakesPlannerMemoryAndSpacing) {
  const test::TempDir dir;
  const auto plans = planned(
      ", planner: nnUNetPlannerResEncM, gpu_memory_target: 0.05, overwrite_target_spacing: [1, 1, "
      "2.5]",
      dir);
  EXPECT_TRUE(plans.configuration("3d_fullres").architecture.is_residual());
  EXPECT_EQ(plans.header().transpose_forward, (std::array<int, 3>{2, 0, 1}));
  EXPECT_EQ(plans.header().plans_name, "nnUNetResEncUNetMPlans");
  EXPECT_EQ(plans.configuration("3d_fullres").data_identifier, "nnUNetPlans_3d_fullres");
}

TEST(ExperimentStage, KeepsTheAxisOrderOnRequest) {
  const test::TempDir dir;
  const std::string spacing = ", overwrite_target_spacing: [1, 1, 2.5]";
  EXPECT_EQ(planned(spacing, dir).header().transpose_forward, (std::array<int, 3>{2, 0, 1}));
  const auto plans = planned(spacing + ", suppress_transpose: true", dir);
  EXPECT_EQ(plans.header().transpose_forward, (std::array<int, 3>{0, 1, 2}));
  EXPECT_EQ(plans.header().transpose_backward, (std::array<int, 3>{0, 1, 2}));
  EXPECT_EQ(plans.configuration("3d_fullres").spacing, (std::vector<double>{1.0, 1.0, 2.5}));
}

TEST(ExperimentStage, WritesTheResamplingOfThePlanner) {
  const test::TempDir dir;
  const auto plans = planned(", planner: nnUNetPlanner_torchres", dir);
  const auto& fullres = plans.configuration("3d_fullres");
  EXPECT_EQ(fullres.resampling_data.function, "resample_torch_fornnunet");
  EXPECT_EQ(fullres.resampling_probabilities.force_separate_z, false);
  EXPECT_EQ(fullres.data_identifier, "nnUNetPlans_torchres_3d_fullres");
}

TEST(ExperimentStage, KeepsConfigurationsThatItDoesNotPlan) {
  const test::TempDir dir;
  auto document = planned("", dir).document();
  document["configurations"]["mine"] = {{"inherits_from", "3d_fullres"}, {"batch_size", 7}};
  document["configurations"]["2d"]["batch_size"] = 1;
  nnunet::write_json(dir / "nnUNetPlans.json", document);
  const auto again = planned("", dir);
  EXPECT_EQ(again.configuration_names(), (std::vector<std::string>{"2d", "3d_fullres", "mine"}));
  EXPECT_EQ(again.configuration("mine").batch_size, 7);
  EXPECT_NE(again.configuration("2d").batch_size, 1);
}

TEST(ExperimentStage, PlansALowResolutionAndACascadeForLargeImages) {
  const test::TempDir dir;
  auto fingerprint = test::small_fingerprint();
  fingerprint.shapes_after_crop.assign(4, {400, 512, 512});
  const auto plans = planned("", dir, fingerprint);
  EXPECT_EQ(plans.configuration_names(),
            (std::vector<std::string>{"2d", "3d_lowres", "3d_fullres", "3d_cascade_fullres"}));
  EXPECT_EQ(plans.configuration("3d_cascade_fullres").previous_stage, "3d_lowres");
  EXPECT_TRUE(plans.configuration("3d_fullres").batch_dice);
}

TEST(ExperimentStage, RefusesAFingerprintOfOtherChannels) {
  const test::TempDir dir;
  try {
    (void)planned("", dir, test::small_fingerprint(3));
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kInvalidData);
    EXPECT_STREQ(error.what(),
                 "data set Dataset042_Small: the fingerprint describes 3 channels, dataset.json 2");
  }
  EXPECT_FALSE(std::filesystem::exists(dir / "nnUNetPlans.json"));
}

TEST(ExperimentStage, RefusesAMemoryTargetThatFitsNothing) {
  const test::TempDir dir;
  try {
    (void)planned(", gpu_memory_target: 0.000001", dir);
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kInvalidData);
    EXPECT_STREQ(error.what(),
                 "data set Dataset042_Small: the memory target is too small for any patch");
  }
}

TEST(ExperimentStage, ChecksItsParameters) {
  const test::TempDir dir;
  EXPECT_THROW((void)planned(", planner: Mine", dir), Error);
  EXPECT_THROW(StageRunner("plan.experiment", "features: [8, 0]"), Error);
  for (const std::string wrong : {"1.0 1.0", "1.0 1.0 0.0", "1.0 -2.0 1.0"}) {
    std::string list = wrong;
    std::replace(list.begin(), list.end(), ' ', ',');
    try {
      StageRunner("plan.experiment", "overwrite_target_spacing: [" + list + "]");
      ADD_FAILURE() << wrong;
    } catch (const Error& error) {
      EXPECT_NE(
          std::string(error.what())
              .find("overwrite_target_spacing (-overwrite_target_spacing) is " + wrong +
                    ", expected three positive numbers, the voxel size along z, y and x in mm"),
          std::string::npos)
          << error.what();
    }
  }
  EXPECT_THROW(StageRunner("plan.experiment", "gpu_memory_target: -1"), Error);
}

/// A raw data set on disk, with one PNG image that is never read beyond its header.
nnunet::DatasetDescription dataset_on_disk(const test::TempDir& dir) {
  const auto folder = dir / "raw" / "Dataset043_Other";
  auto dataset = test::small_dataset();
  dataset.json["file_ending"] = ".png";
  std::filesystem::create_directories(folder / "imagesTr");
  nnunet::write_json(folder / "dataset.json", dataset.json);
  const std::vector<std::uint8_t> grey(12, 7);
  for (const char* channel : {"case_0000.png", "case_0001.png"}) {
    imaging::write_png(folder / "imagesTr" / channel, grey, 2, 2);
  }
  return nnunet::DatasetDescription::read_folder(folder);
}

TEST(MoveStage, WritesThePlansUnderTheNewName) {
  const test::TempDir dir;
  auto dataset = dataset_on_disk(dir);
  dataset.workspace = dir.path();
  const auto preprocessed = dir / "nnUNet_preprocessed";
  const auto source = preprocessed / "Dataset042_Small";
  std::filesystem::create_directories(source);
  const auto plans = planned("", dir);
  nnunet::write_json(source / "nnUNetPlans.json", plans.document());

  StageRunner runner(
      "plan.move", "{source: Dataset042_Small, source_plans_name: nnUNetPlans, plans_name: Mine}");
  const auto moved = runner.put("dataset", dataset).finish().get<nnunet::Plans>("plans");
  EXPECT_EQ(nnunet::read_json(preprocessed / "Dataset043_Other" / "Mine.json"), moved.document());
  EXPECT_EQ(moved.header().dataset_name, "Dataset043_Other");
  EXPECT_EQ(moved.header().plans_name, "Mine");
  EXPECT_EQ(moved.header().image_reader_writer, "NaturalImage2DIO");
  EXPECT_EQ(moved.configuration("2d").data_identifier, "Mine_2d");
  EXPECT_EQ(moved.configuration("2d").patch_size, plans.configuration("2d").patch_size);
}

TEST(MoveStage, SaysWhichPlansAreMissing) {
  const test::TempDir dir;
  auto dataset = dataset_on_disk(dir);
  dataset.workspace = dir.path();
  StageRunner runner("plan.move", "{source: Dataset042_Small, source_plans_name: none}");
  runner.put("dataset", dataset);
  try {
    (void)runner.finish();
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kIo);
    EXPECT_EQ(error.what(),
              (dir / "nnUNet_preprocessed" / "Dataset042_Small" / "none.json").string() +
                  ": there are no plans, make them with 'nnflow plan'");
  }
  EXPECT_THROW(StageRunner("plan.move", "{source: a, source_plans_name: ''}"), Error);
}

/// The message of moving plans with this text to a data set, and its code.
std::pair<std::string, ErrorCode> refused_move(const test::TempDir& dir,
                                               const std::string& plans,
                                               nnunet::DatasetDescription target) {
  const auto source = dir / "nnUNet_preprocessed" / "Dataset042_Small";
  std::filesystem::create_directories(source);
  std::ofstream(source / "p.json") << plans;
  target.workspace = dir.path();
  StageRunner runner("plan.move", "{source: Dataset042_Small, source_plans_name: p}");
  runner.put("dataset", target);
  try {
    (void)runner.finish();
  } catch (const Error& error) {
    return {error.what(), error.code()};
  }
  return {"no error", ErrorCode::kInternal};
}

TEST(MoveStage, NamesTheFileThatHoldsNoPlans) {
  const test::TempDir dir;
  const auto [message, code] = refused_move(dir, "[]", dataset_on_disk(dir));
  EXPECT_EQ(code, ErrorCode::kInvalidData);
  EXPECT_TRUE(
      message.starts_with((dir / "nnUNet_preprocessed" / "Dataset042_Small" / "p.json").string()))
      << message;
}

TEST(MoveStage, NeedsATrainingImageOfTheTarget) {
  const test::TempDir dir;
  const std::string plans = planned("", dir).document().dump();
  const auto dataset = dataset_on_disk(dir);
  for (const auto& image : std::filesystem::directory_iterator(dataset.folder / "imagesTr")) {
    std::filesystem::remove(image.path());
  }
  const auto [message, code] = refused_move(dir, plans, dataset);
  EXPECT_EQ(code, ErrorCode::kInvalidData);
  EXPECT_EQ(message, "data set Dataset043_Other: no training image tells which reader it needs");
}

TEST(MoveStage, NamesAFileEndingWithoutReader) {
  const test::TempDir dir;
  const std::string plans = planned("", dir).document().dump();
  auto dataset = dataset_on_disk(dir);
  dataset.explicit_cases = nnunet::training_cases(dataset);
  dataset.file_ending = ".jpg";
  const auto [message, code] = refused_move(dir, plans, dataset);
  EXPECT_EQ(code, ErrorCode::kInvalidData);
  EXPECT_EQ(message,
            "data set Dataset043_Other: no reader for file_ending \".jpg\", expected one of "
            ".nii.gz .nii .nrrd .mha .gipl .png .bmp .tif .tiff");
}

TEST(JobsStage, LeavesOutWhatNnunetNamesByDefaultAndRefusesOtherNames) {
  const test::TempDir dir;
  const auto plans = planned("", dir);
  StageRunner some("plan.jobs", "configurations: [3d_lowres, 3d_fullres]");
  const auto jobs = some.put("plans", plans).finish().get<Elements>("elements");
  ASSERT_EQ(jobs.items.size(), 1U);
  EXPECT_EQ(jobs.items.front().id, "3d_fullres");
  StageRunner misspelt("plan.jobs", "configurations: [2d, 3d_fulres]");
  misspelt.put("plans", plans);
  try {
    static_cast<void>(misspelt.finish());
    FAIL() << "expected an error";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kInvalidParam);
    EXPECT_NE(std::string(error.what()).find("parameter configurations: 3d_fulres is not in "),
              std::string::npos)
        << error.what();
    EXPECT_NE(std::string(error.what()).find("expected some of: 2d, 3d_fullres"),
              std::string::npos);
  }
}

/// Ids of the elements that plan.jobs lists for plans with a cascade.
std::vector<std::string> jobs_of_cascade(const std::string& params,
                                         std::vector<std::string>* log = nullptr,
                                         const std::filesystem::path& workspace = {}) {
  const test::TempDir dir;
  auto fingerprint = test::small_fingerprint();
  fingerprint.shapes_after_crop.assign(4, {400, 512, 512});
  StageRunner runner("plan.jobs", params);
  auto dataset = test::small_dataset();
  dataset.workspace = workspace;
  runner.put("plans", planned("", dir, fingerprint)).put("dataset", dataset);
  const auto elements = runner.finish().get<Elements>("elements");
  if (log != nullptr) *log = runner.log();
  std::vector<std::string> ids;
  for (const Element& element : elements.items) ids.push_back(element.id);
  return ids;
}

using Names = std::vector<std::string>;

TEST(JobsStage, ListsCascadesAfterWhatTheyNeed) {
  EXPECT_EQ(jobs_of_cascade("configurations: [3d_cascade_fullres, 3d_lowres, 2d]\ncascades: take"),
            (Names{"3d_lowres", "3d_cascade_fullres", "2d"}));
  EXPECT_EQ(jobs_of_cascade("configurations: [3d_cascade_fullres]\ncascades: take"),
            (Names{"3d_cascade_fullres"}));
  EXPECT_EQ(jobs_of_cascade(
                "configurations: [3d_cascade_fullres]\ncascades: take\nprevious_stages: true"),
            (Names{"3d_lowres", "3d_cascade_fullres"}));
  EXPECT_EQ(jobs_of_cascade("configurations: [3d_cascade_fullres]\nprevious_stages: true"),
            (Names{"3d_lowres"}));
  EXPECT_EQ(jobs_of_cascade("configurations: [2d, 3d_cascade_fullres]\ncascades: only"),
            (Names{"3d_cascade_fullres"}));
  EXPECT_EQ(jobs_of_cascade("configurations: [2d]\ncascades: only"), Names{});
  EXPECT_EQ(jobs_of_cascade("cascades: take\ndistinct_data: true"),
            (Names{"2d", "3d_lowres", "3d_fullres"}));
}

TEST(JobsStage, ListsCascadesOnlyWhereAllCasesAreValidated) {
  const std::string cascade = "configurations: [3d_cascade_fullres]\ncascades: only\nfolds: ";
  EXPECT_EQ(jobs_of_cascade(cascade + "[all]"), (Names{"3d_cascade_fullres_fold_all"}));
  EXPECT_EQ(jobs_of_cascade(cascade + "['0', '1', '2', '3', '4']").size(), 5U);
  std::vector<std::string> log;
  EXPECT_EQ(jobs_of_cascade(cascade + "['0', '1', '2', '3']", &log), Names{});
  ASSERT_FALSE(log.empty());
  EXPECT_NE(log.front().find("configuration 3d_cascade_fullres is left out: it refines the "
                             "segmentations that 3d_lowres makes in the validation of every fold"),
            std::string::npos)
      << log.front();
  // As many folds as the data set's own split has.
  const test::TempDir workspace;
  const auto folder = workspace / "nnUNet_preprocessed/Dataset042_Small";
  std::filesystem::create_directories(folder);
  nnunet::write_json(folder / "splits_final.json",
                     nnunet::Json::parse(R"([{"train": ["a"], "val": ["b"]},
                                             {"train": ["b"], "val": ["a"]}])"));
  EXPECT_EQ(jobs_of_cascade(cascade + "['0', '1']", nullptr, workspace.path()).size(), 2U);
  EXPECT_EQ(jobs_of_cascade(cascade + "['0']", nullptr, workspace.path()).size(), 0U);
}

TEST(PlanReadStage, SaysWhatToDoWithoutPlans) {
  const test::TempDir dir;
  StageRunner runner("plan.read", "{out: " + dir.path().string() + ", plans_name: none}");
  runner.put("dataset", test::small_dataset());
  try {
    (void)runner.finish();
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kIo);
    EXPECT_EQ(error.what(), (dir / "none.json").string() +
                                ": there are no plans, make them with 'nnflow plan'; plans in " +
                                dir.path().string() + ": none");
  }
}

}  // namespace
}  // namespace nnflow
