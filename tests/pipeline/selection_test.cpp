// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// The commands after training, on what nnU-Net left (make_selection.py, and golden/models/selection
// of the shared folder): averages of probabilities, merged folds, the best configuration.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <nnflow/imaging/image_io.hpp>
#include <nnflow/nnunet/postprocessing.hpp>
#include <nnflow/nnunet/probabilities.hpp>
#include <nnflow/nnunet/py_json.hpp>
#include <regex>
#include <string>

#include "program.hpp"
#include "support/shared.hpp"
#include "support/temp_dir.hpp"

namespace nnflow::test {
namespace {

namespace fs = std::filesystem;
using nnunet::Json;

fs::path golden() { return NNFLOW_SOURCE_DIR "/tests/golden/selection"; }

/// File names instead of paths.
Json without_folders(Json json) {
  if (json.is_string()) {
    const auto text = json.get<std::string>();
    return text.find('/') == std::string::npos ? json : Json(fs::path(text).filename().string());
  }
  if (json.is_structured()) {
    for (auto& entry : json) entry = without_folders(std::move(entry));
  }
  return json;
}

std::string sorted_text(const fs::path& file) {
  return nnunet::dump_json(without_folders(nnunet::read_json(file)),
                           {.indent = 1, .sort_keys = true, .compact = false});
}

void expect_same_segmentations(const fs::path& actual, const fs::path& expected) {
  const auto files = children(expected, ".nii.gz");
  EXPECT_FALSE(files.empty()) << expected;
  EXPECT_EQ(children(actual, ".nii.gz").size(), files.size()) << actual;
  for (const fs::path& file : files) {
    const auto wanted = imaging::read_labels(file);
    const auto found = imaging::read_labels(actual / file.filename());
    EXPECT_TRUE(std::ranges::equal(found.voxels(), wanted.voxels())) << file;
    EXPECT_EQ(found.geometry, wanted.geometry) << file;
  }
}

/// nnU-Net's text with nnflow's commands: no number of processes, one space, no joke, no slip.
std::string in_our_words(std::string text, const std::string& results) {
  const std::pair<const char*, std::string> changes[] = {{"nnUNetv2_", "nnflow "},
                                                         {" -np 8", ""},
                                                         {"-f  ", "-f "},
                                                         {"What a surprise! ", ""},
                                                         {"The run ", "Then run "},
                                                         {"RESULTS", results},
                                                         {"\\$nnUNet_results", results}};
  for (const auto& [from, to] : changes) text = std::regex_replace(text, std::regex(from), to);
  return text;
}

/// A copy of results and preprocessed data of the golden files, which commands write into.
class Selection : public testing::TestWithParam<std::string> {
 protected:
  Selection() {
    if (!GetParam().empty()) {
      for (const char* kind : {"nnUNet_results", "nnUNet_preprocessed"}) {
        fs::create_directories(folder_ / kind);
        fs::copy(golden() / kind / GetParam(), folder_ / kind / GetParam(),
                 fs::copy_options::recursive);
      }
    }
  }
  [[nodiscard]] Answer call(const Words& words) const {
    Words all{"env", "nnUNet_raw=" + (folder_ / "nnUNet_raw").string(),
              "nnUNet_preprocessed=" + (folder_ / "nnUNet_preprocessed").string(),
              "nnUNet_results=" + (folder_ / "nnUNet_results").string(), program().string()};
    all.insert(all.end(), words.begin(), words.end());
    for (const char* word : {"--quiet", "--threads", "2", "--run-dir"}) all.emplace_back(word);
    all.push_back((folder_ / "record").string());
    return run(all);
  }
  [[nodiscard]] fs::path results() const { return folder_ / "nnUNet_results" / GetParam(); }
  [[nodiscard]] fs::path references() const {
    return folder_ / "nnUNet_preprocessed" / GetParam() / "gt_segmentations";
  }
  [[nodiscard]] static fs::path expected() { return golden() / "expected" / GetParam(); }
  /// What find_best_configuration leaves of the winner, whose folder lies below `results()`.
  void expect_choice(const fs::path& wanted, const fs::path& folder) const {
    for (const char* name : {"summary.json", "postprocessing.json", "postprocessed/summary.json"}) {
      EXPECT_EQ(sorted_text(folder / name), sorted_text(wanted / name)) << folder / name;
    }
    EXPECT_EQ(nnunet::read_postprocessing(folder / "postprocessing.pkl"),
              nnunet::read_postprocessing(wanted / "postprocessing.pkl"));
    expect_same_segmentations(folder / "postprocessed", wanted / "postprocessed");
    EXPECT_EQ(sorted_text(results() / "inference_information.json"),
              sorted_text(wanted / "inference_information.json"));
    EXPECT_EQ(read_file(results() / "inference_instructions.txt"),
              in_our_words(read_file(wanted / "inference_instructions.txt"),
                           (folder_ / "nnUNet_results").string()));
  }
  const TempDir folder_;
};

TEST_P(Selection, AveragesAsTheReferenceDoes) {
  const fs::path members = golden() / "members" / GetParam();
  const fs::path out = folder_ / "ensemble";
  const Answer answer = call({"ensemble", "-i", (members / "0").string(), (members / "1").string(),
                              "-o", out.string(), "-np", "3", "--save_npz"});
  ASSERT_EQ(answer.code, 0) << answer.text;
  expect_same_segmentations(out, expected() / "ensemble");
  for (const fs::path& file : children(expected() / "ensemble", ".npz")) {
    nnunet::Probabilities wanted;
    nnunet::Probabilities found;
    nnunet::add_probabilities(file, wanted);
    nnunet::add_probabilities(out / file.filename(), found);
    EXPECT_EQ(found.extent, wanted.extent);
    EXPECT_EQ(found.values, wanted.values) << file;  // bit by bit
    EXPECT_TRUE(fs::exists((out / file.filename()).replace_extension(".pkl")));
  }
  EXPECT_EQ(sorted_text(out / "dataset.json"), sorted_text(expected() / "ensemble/dataset.json"));
  EXPECT_TRUE(fs::exists(out / "plans.json"));  // so that post-processing finds it
}

TEST_P(Selection, MergesFoldsAsTheReferenceDoes) {
  const Answer answer =
      call({"accumulate_crossval_results", GetParam(), "-c", "3d_other", "-f", "0", "1"});
  ASSERT_EQ(answer.code, 0) << answer.text;
  const fs::path model = results() / "nnUNetTrainer__nnUNetPlans__3d_other";
  const fs::path merged = model / "crossval_results_folds_0_1";
  EXPECT_EQ(sorted_text(merged / "summary.json"),
            sorted_text(expected() / "nnUNetTrainer__nnUNetPlans__3d_other.json"));
  EXPECT_EQ(children(merged, ".nii.gz").size(), 6U);
  for (const char* name : {"dataset.json", "plans.json"}) {
    EXPECT_EQ(read_file(merged / name), read_file(model / name));
  }

  // What does not belong there goes; with --no_overwrite nothing is touched.
  write_file(merged / "old.txt", "old");
  ASSERT_EQ(call({"accumulate_crossval_results", GetParam(), "-c", "3d_other", "-f", "0", "1",
                  "--no_overwrite"})
                .code,
            0);
  EXPECT_TRUE(fs::exists(merged / "old.txt"));
  const Words other{"accumulate_crossval_results",
                    GetParam(),
                    "-c",
                    "3d_other",
                    "-f",
                    "0",
                    "1",
                    "-o",
                    merged.string()};
  const Answer refused = call(other);
  EXPECT_NE(refused.code, 0);
  EXPECT_NE(refused.text.find("is not empty; expected an empty or a new folder"), std::string::npos)
      << refused.text;
  ASSERT_EQ(
      call({"accumulate_crossval_results", GetParam(), "-c", "3d_other", "-f", "0", "1"}).code, 0);
  EXPECT_FALSE(fs::exists(merged / "old.txt"));
}

TEST_P(Selection, FindsTheReferencesBest) {
  const Answer answer = call({"find_best_configuration", GetParam(), "-c", "3d_fullres", "3d_other",
                              "not_planned", "-f", "0", "1", "-np", "2"});
  ASSERT_EQ(answer.code, 0) << answer.text;
  expect_choice(expected() / "all", results() / "ensembles" /
                                        "ensemble___nnUNetTrainer__nnUNetPlans__3d_fullres___"
                                        "nnUNetTrainer__nnUNetPlans__3d_other___0_1");
  const Answer again = call({"find_best_configuration", GetParam(), "-c", "3d_fullres", "3d_other",
                             "-f", "0", "1", "--no_overwrite"});
  EXPECT_EQ(again.code, 0) << again.text;
  expect_choice(expected() / "all", results() / "ensembles" /
                                        "ensemble___nnUNetTrainer__nnUNetPlans__3d_fullres___"
                                        "nnUNetTrainer__nnUNetPlans__3d_other___0_1");
}

TEST_P(Selection, FindsTheBestWithoutEnsembles) {
  const Answer answer = call({"find_best_configuration", GetParam(), "-c", "3d_fullres", "-f", "0",
                              "1", "--disable_ensembling"});
  ASSERT_EQ(answer.code, 0) << answer.text;
  expect_choice(expected() / "single", results() / "nnUNetTrainer__nnUNetPlans__3d_fullres" /
                                           "crossval_results_folds_0_1");
  EXPECT_FALSE(fs::exists(results() / "ensembles"));
}

TEST_P(Selection, TakesTheFlagsOfTheReferencesCommands) {
  ASSERT_EQ(
      call({"accumulate_crossval_results", GetParam(), "-c", "3d_fullres", "-f", "0", "1"}).code,
      0);
  const fs::path merged =
      results() / "nnUNetTrainer__nnUNetPlans__3d_fullres" / "crossval_results_folds_0_1";
  const std::string plans = (merged / "plans.json").string();
  const std::string dataset = (merged / "dataset.json").string();
  const fs::path wanted = expected() / "single";
  const fs::path decision = folder_ / "decision";
  const Answer determined =
      call({"determine_postprocessing", "-i", merged.string(), "-ref", references().string(),
            "-plans_json", plans, "-dataset_json", dataset, "-np", "2", "--remove_postprocessed",
            "-o", decision.string()});
  ASSERT_EQ(determined.code, 0) << determined.text;
  EXPECT_EQ(sorted_text(decision / "postprocessing.json"),
            sorted_text(wanted / "postprocessing.json"));
  EXPECT_FALSE(fs::exists(decision / "postprocessed"));
  const fs::path treated = folder_ / "treated";
  const Answer applied =
      call({"apply_postprocessing", "-i", merged.string(), "-o", treated.string(), "-pp_pkl_file",
            (decision / "postprocessing.pkl").string(), "-np", "2", "-plans_json", plans,
            "-dataset_json", dataset});
  ASSERT_EQ(applied.code, 0) << applied.text;
  expect_same_segmentations(treated, wanted / "postprocessed");
  fs::remove(treated / "case_3.nii.gz");
  const Words evaluation{"evaluate_folder",
                         references().string(),
                         treated.string(),
                         "-djfile",
                         dataset,
                         "-pfile",
                         plans,
                         "-np",
                         "2"};
  EXPECT_NE(call(evaluation).code, 0);
  Words chill = evaluation;
  chill.emplace_back("--chill");
  const Answer evaluated = call(chill);
  ASSERT_EQ(evaluated.code, 0) << evaluated.text;
  EXPECT_EQ(nnunet::read_json(treated / "summary.json").at("metric_per_case").size(), 5U);
}

TEST_P(Selection, EvaluatesNamedLabelsAsTheReferenceDoes) {
  // Predictions of two of the six cases.
  const std::string pictures = (folder_ / "segmentations").string();
  const fs::path validation =
      results() / "nnUNetTrainer__nnUNetPlans__3d_fullres" / "fold_0" / "validation";
  for (const char* id : {"case_0.nii.gz", "case_1.nii.gz"}) {
    fs::create_directories(pictures);
    fs::copy(validation / id, fs::path(pictures) / id);
  }
  const std::string out = (folder_ / "simple.json").string();
  const Words plain{"evaluate_simple", references().string(), pictures, "-l", "1", "2", "-o", out};
  const Answer strict = call(plain);
  EXPECT_NE(strict.code, 0);
  EXPECT_NE(strict.text.find("no prediction for the references"), std::string::npos) << strict.text;
  Words chill = plain;
  chill.emplace_back("--chill");
  const Answer answer = call(chill);
  ASSERT_EQ(answer.code, 0) << answer.text;
  EXPECT_EQ(sorted_text(out), sorted_text(expected() / "simple.json"));
  const Answer ignoring = call({"evaluate_simple", references().string(), pictures, "-l", "0", "2",
                                "-il", "1", "--chill", "-o", out});
  ASSERT_EQ(ignoring.code, 0) << ignoring.text;
  EXPECT_EQ(sorted_text(out), sorted_text(expected() / "simple_ignore.json"));
}

INSTANTIATE_TEST_SUITE_P(,
                         Selection,
                         testing::Values("Dataset002_Labels", "Dataset003_Regions"),
                         [](const auto& parameter) { return parameter.param; });

/// Two real models, of the shared folder.
class SharedSelection : public Selection {};

TEST_P(SharedSelection, FindsTheReferencesBest) {
  const fs::path shared = shared_dir() / "golden" / "models" / "selection";
  const fs::path references = shared_dir() / "data" / "Dataset004_Hippocampus" / "labelsTr";
  NNFLOW_REQUIRE_PATH(shared);
  NNFLOW_REQUIRE_PATH(references);
  const std::string name = "Dataset004_Hippocampus";
  const fs::path results = folder_ / "nnUNet_results" / name;
  fs::create_directories(results.parent_path());
  fs::copy(shared / "results" / name, results, fs::copy_options::recursive);
  for (fs::recursive_directory_iterator entry(results), end; entry != end; ++entry) {
    fs::permissions(*entry, fs::perms::owner_write, fs::perm_options::add);
  }
  const fs::path preprocessed = folder_ / "nnUNet_preprocessed" / name;
  fs::create_directories(preprocessed);
  Json plans = nnunet::read_json(children(results).front() / "plans.json");
  // Each model's plans have its own configuration only.
  plans["configurations"].update(
      nnunet::read_json(children(results).back() / "plans.json").at("configurations"));
  write_file(preprocessed / "nnUNetPlans.json", nnunet::dump_json(plans));
  fs::create_directory_symlink(references, preprocessed / "gt_segmentations");

  const Answer answer =
      call({"find_best_configuration", "4", "-c", "2d_small", "3d_small", "-f", "0"});
  ASSERT_EQ(answer.code, 0) << answer.text;
  const fs::path expected = shared / "expected";
  const fs::path best =
      results / "nnUNetTrainer__nnUNetPlans__3d_small" / "crossval_results_folds_0";
  const fs::path ensemble = results / "ensembles" /
                            "ensemble___nnUNetTrainer__nnUNetPlans__2d_small___"
                            "nnUNetTrainer__nnUNetPlans__3d_small___0";
  EXPECT_EQ(sorted_text(best / "summary.json"), sorted_text(expected / "best_summary.json"));
  EXPECT_EQ(sorted_text(best / "postprocessing.json"),
            sorted_text(expected / "best_postprocessing.json"));
  EXPECT_EQ(nnunet::read_postprocessing(best / "postprocessing.pkl"),
            nnunet::read_postprocessing(expected / "best_postprocessing.pkl"));
  EXPECT_EQ(sorted_text(ensemble / "summary.json"),
            sorted_text(expected / "ensemble_summary.json"));
  expect_same_segmentations(ensemble, expected / "ensemble");
  EXPECT_EQ(sorted_text(results / "inference_information.json"),
            sorted_text(expected / "inference_information.json"));
  EXPECT_EQ(read_file(results / "inference_instructions.txt"),
            in_our_words(read_file(expected / "inference_instructions.txt"),
                         (folder_ / "nnUNet_results").string()));
}

INSTANTIATE_TEST_SUITE_P(, SharedSelection, ::testing::Values(""), [](const auto& /*info*/) {
  return "hippocampus";
});

}  // namespace
}  // namespace nnflow::test
