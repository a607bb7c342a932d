// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// Two stages, from a raw data set whose plans ask for a cascade to the segmentation of new images.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "nnflow/imaging/extent.hpp"
#include "nnflow/nnunet/next_stage.hpp"
#include "nnflow/nnunet/py_json.hpp"
#include "nnflow/nnunet/store.hpp"
#include "program.hpp"
#include "support/shared.hpp"
#include "support/temp_dir.hpp"

namespace nnflow::test {
namespace {

namespace fs = std::filesystem;

constexpr int kCases = 8;
constexpr const char* kName = "Dataset902_Cascade";

class Cascade : public testing::Test {
 protected:
  void SetUp() override {
    const Answer made = phantoms(data_, kCases, "phantom");
    ASSERT_EQ(made.code, 0) << made.text;
  }

  [[nodiscard]] static Answer phantoms(const fs::path& folder, int cases, const char* prefix) {
    return run_nnflow({"run", NNFLOW_SOURCE_DIR "/tests/pipeline/wide_phantoms.yaml", "--folder",
                       folder.string(), "--cases", std::to_string(cases), "--prefix", prefix,
                       "--run-dir", folder.string() + "-run", "--threads", "1"});
  }

  /// With the options that all commands of a data set have.
  [[nodiscard]] Answer run_here(Words words) const {
    words.insert(words.end(), {"-d", data_.string(), "-o", work_.string(), "--threads", "1",
                               "--run-dir", (folder_ / "record").string()});
    return run_nnflow(words);
  }
  /// A memory target that leaves patches a quarter of the images, and a small network.
  [[nodiscard]] static Words planning(Words words) {
    words.insert(words.end(), {"--gpu-memory-target", "0.02", "--features", "8", "16"});
    return words;
  }
  [[nodiscard]] Answer preprocess() const {
    return run_here(planning({"plan_and_preprocess", "-c", "3d_lowres", "3d_cascade_fullres"}));
  }
  [[nodiscard]] Answer train(const std::string& configuration,
                             const std::string& fold,
                             const Words& more = {}) const {
    Words words{
        "train", "-c", configuration, "-f", fold, "--compute-threads", "1", "--val-iterations",
        "1"};
    words.insert(words.end(), more.begin(), more.end());
    return run_here(std::move(words));
  }
  [[nodiscard]] fs::path model(const std::string& configuration) const {
    return work_ / "nnUNet_results" / kName / ("nnUNetTrainer__nnUNetPlans__" + configuration);
  }
  [[nodiscard]] fs::path exported() const {
    return model("3d_lowres") / "predicted_next_stage/3d_cascade_fullres";
  }

  [[nodiscard]] Answer predict(const std::string& configuration,
                               const std::string& fold,
                               const fs::path& out,
                               const Words& more = {}) const {
    Words all{"-f", fold};
    all.insert(all.end(), more.begin(), more.end());
    return predict_named(unseen_ / "imagesTr", out, kName, configuration, work_, all);
  }
  /// Mean Dice of segmentations of the unseen images.
  [[nodiscard]] double dice(const fs::path& predictions) const {
    const Answer answer =
        run_nnflow({"evaluate", (unseen_ / "labelsTr").string(), predictions.string(), "-djfile",
                    (unseen_ / "dataset.json").string(), "-pfile",
                    (model("3d_lowres") / "plans.json").string(), "-o",
                    (predictions / "summary.json").string(), "--threads", "1"});
    EXPECT_EQ(answer.code, 0) << answer.text;
    return foreground_dice(predictions / "summary.json");
  }
  [[nodiscard]] static double foreground_dice(const fs::path& summary) {
    return nnunet::read_json(summary).at("foreground_mean").at("Dice").get<double>();
  }

  const TempDir folder_;
  const fs::path data_ = folder_ / kName;
  const fs::path work_ = folder_ / "work";
  const fs::path unseen_ = folder_ / "unseen";
};

TEST_F(Cascade, TrainsBothStagesAndSegmentsNewImages) {
  Answer answer = preprocess();
  ASSERT_EQ(answer.code, 0) << answer.text;
  const Words budget{"--epochs", "3", "--iterations", "60"};

  // Nothing to refine yet.
  answer = train("3d_cascade_fullres", "0", budget);
  EXPECT_EQ(answer.code, 3) << answer.text;
  EXPECT_NE(answer.text.find("configuration 3d_cascade_fullres refines the segmentations of "
                             "3d_lowres, but " +
                             exported().string() + " has none of 6 of 6 cases: "),
            std::string::npos)
      << answer.text;
  EXPECT_NE(answer.text.find("then run train -c 3d_lowres -p nnUNetPlans -tr nnUNetTrainer"),
            std::string::npos)
      << answer.text;

  answer = train("3d_lowres", "all", budget);
  ASSERT_EQ(answer.code, 0) << answer.text;
  const double lowres = foreground_dice(model("3d_lowres") / "fold_all/validation/summary.json");
  RecordProperty("lowres_validation_dice", std::to_string(lowres));
  EXPECT_GT(lowres, 0.75);
  EXPECT_EQ(children(exported()).size(), static_cast<std::size_t>(kCases));
  const nnunet::PreprocessedFolder cases(work_ / "nnUNet_preprocessed" / kName /
                                         "nnUNetPlans_3d_fullres");
  for (const std::string& id : cases.ids()) {
    const nnunet::ArrayFile labels(exported() / (id + ".b2nd"));
    EXPECT_EQ(labels.extent(), cases.open_image(id).extent()) << id;
    EXPECT_EQ(labels.dtype(), "u1");
    EXPECT_EQ(labels.dimension(), 3);
  }

  answer = train("3d_cascade_fullres", "0", {"--epochs", "10", "--iterations", "60"});
  ASSERT_EQ(answer.code, 0) << answer.text;
  const fs::path fold = model("3d_cascade_fullres") / "fold_0";
  const double refined = foreground_dice(fold / "validation/summary.json");
  RecordProperty("cascade_validation_dice", std::to_string(refined));
  EXPECT_GT(refined, 0.75);

  ASSERT_EQ(phantoms(unseen_, 3, "unseen").code, 0);
  ASSERT_EQ(predict("3d_lowres", "all", folder_ / "first").code, 0);
  const Words previous{"-prev_stage_predictions", (folder_ / "first").string()};
  answer = predict("3d_cascade_fullres", "0", folder_ / "first", previous);
  EXPECT_EQ(answer.code, 1);
  EXPECT_NE(answer.text.find("is a segmentation of the previous stage and would be the result"),
            std::string::npos)
      << answer.text;
  answer = predict("3d_cascade_fullres", "0", folder_ / "second", previous);
  ASSERT_EQ(answer.code, 0) << answer.text;
  const double first = dice(folder_ / "first");
  const double second = dice(folder_ / "second");
  RecordProperty("first_stage_dice", std::to_string(first));
  RecordProperty("second_stage_dice", std::to_string(second));
  EXPECT_GT(second, 0.7);
}

TEST_F(Cascade, LearnsFromThePreviousStage) {
  ASSERT_EQ(preprocess().code, 0);
  // The references as the segmentations of the first stage; then nothing in their place.
  const fs::path dataset = work_ / "nnUNet_preprocessed" / kName;
  const nnunet::PreprocessedFolder cases(dataset / "nnUNetPlans_3d_fullres");
  fs::create_directories(exported());
  const std::vector<std::int64_t> patch{16, 20, 20};
  const auto leave = [&](bool truth) {
    for (const std::string& id : cases.ids()) {
      const nnunet::ArrayFile seg = cases.open_seg(id);
      std::vector<std::int16_t> labels(
          static_cast<std::size_t>(imaging::voxel_count(seg.extent())));
      if (truth) seg.read(labels);
      std::ranges::replace(labels, std::int16_t{-1}, std::int16_t{0});
      fs::remove(exported() / (id + ".b2nd"));
      nnunet::write_next_stage(exported() / (id + ".b2nd"), labels, seg.extent(), patch, false);
    }
  };
  const fs::path summary = work_ / "nnUNet_results" / kName /
                           "nnUNetTrainerNoDA__nnUNetPlans__3d_cascade_fullres" /
                           "fold_0/validation/summary.json";
  const Words budget{"--epochs", "4", "--iterations", "40", "-tr", "nnUNetTrainerNoDA"};
  fs::create_directories(model("3d_lowres").parent_path());
  fs::create_directory_symlink(model("3d_lowres"), model("3d_lowres").parent_path() /
                                                       "nnUNetTrainerNoDA__nnUNetPlans__3d_lowres");
  leave(true);
  Answer answer = train("3d_cascade_fullres", "0", budget);
  ASSERT_EQ(answer.code, 0) << answer.text;
  const double told = foreground_dice(summary);
  RecordProperty("dice_with_the_references", std::to_string(told));
  EXPECT_GT(told, 0.65);
  leave(false);
  Words only = budget;
  only.emplace_back("--val");
  answer = train("3d_cascade_fullres", "0", only);
  ASSERT_EQ(answer.code, 0) << answer.text;
  const double untold = foreground_dice(summary);
  RecordProperty("dice_without_them", std::to_string(untold));
  EXPECT_LT(untold, told - 0.1);
}

TEST_F(Cascade, ItsPartsAreMadeAgainWhereTheyAreMissing) {
  ASSERT_EQ(preprocess().code, 0);
  const Words budget{"--epochs", "1", "--iterations", "2"};
  Answer answer = train("3d_lowres", "all", budget);
  ASSERT_EQ(answer.code, 0) << answer.text;
  const auto files = tree(exported());
  ASSERT_EQ(files.size(), static_cast<std::size_t>(kCases));

  // The same command again makes nothing; a file that was lost is made as it was.
  answer = train("3d_lowres", "all", budget);
  ASSERT_EQ(answer.code, 0) << answer.text;
  EXPECT_EQ(counter(folder_ / "record", "next_stage", "kept"), kCases);
  fs::remove(exported() / files.begin()->first);
  answer = train("3d_lowres", "all", budget);
  ASSERT_EQ(answer.code, 0) << answer.text;
  EXPECT_EQ(counter(folder_ / "record", "next_stage", "kept"), kCases - 1);
  EXPECT_EQ(tree(exported()), files);

  // A cascade goes on only from the labels that it was trained with.
  answer = train("3d_cascade_fullres", "0", budget);
  ASSERT_EQ(answer.code, 0) << answer.text;
  fs::copy_file(exported() / files.begin()->first, exported() / files.rbegin()->first,
                fs::copy_options::overwrite_existing);
  answer = train("3d_cascade_fullres", "0", budget);
  EXPECT_EQ(answer.code, 3) << answer.text;

  // Not preprocessed for the next stage: the validation says so, and makes up for it later.
  fs::remove_all(exported());
  const fs::path images = work_ / "nnUNet_preprocessed" / kName / "nnUNetPlans_3d_fullres";
  fs::rename(images, folder_ / "elsewhere");
  answer = train("3d_lowres", "all", budget);
  ASSERT_EQ(answer.code, 0) << answer.text;
  EXPECT_NE(read_file(folder_ / "record/log.txt")
                .find("nothing is written for the next stage 3d_cascade_fullres"),
            std::string::npos);
  fs::rename(folder_ / "elsewhere", images);
  answer = train("3d_lowres", "all", {"--epochs", "1", "--iterations", "2", "--val"});
  ASSERT_EQ(answer.code, 0) << answer.text;
  EXPECT_EQ(tree(exported()), files);
}

TEST_F(Cascade, TheWholePipelineTrainsItAfterItsFirstStage) {
  const Answer answer =
      run_here(planning({"nnunet", "-c", "3d_cascade_fullres", "--batch-size", "2", "--epochs", "1",
                         "--iterations", "4", "--val-iterations", "1", "--compute-threads", "1"}));
  ASSERT_EQ(answer.code, 0) << answer.text;
  for (const char* const configuration : {"3d_lowres", "3d_cascade_fullres"}) {
    for (int fold = 0; fold < 5; ++fold) {
      EXPECT_TRUE(fs::exists(model(configuration) / ("fold_" + std::to_string(fold)) /
                             "validation/summary.json"))
          << configuration << fold;
    }
    EXPECT_TRUE(fs::exists(model(configuration) / "crossval_results_folds_0_1_2_3_4/summary.json"));
  }
  EXPECT_EQ(children(exported()).size(), static_cast<std::size_t>(kCases));
  const auto information =
      nnunet::read_json(model("3d_lowres").parent_path() / "inference_information.json");
  EXPECT_EQ(information.at("all_results").size(), 2U) << information.dump();

  // One fold does not validate every case: the cascade waits.
  const fs::path other = folder_ / "other";
  const Answer single = run_nnflow(planning({"nnunet",
                                             "-d",
                                             data_.string(),
                                             "-o",
                                             other.string(),
                                             "-c",
                                             "3d_cascade_fullres",
                                             "-f",
                                             "0",
                                             "--batch-size",
                                             "2",
                                             "--epochs",
                                             "1",
                                             "--iterations",
                                             "2",
                                             "--val-iterations",
                                             "1",
                                             "--compute-threads",
                                             "1",
                                             "--threads",
                                             "1",
                                             "--run-dir",
                                             (folder_ / "single").string()}));
  ASSERT_EQ(single.code, 0) << single.text;
  EXPECT_NE(read_file(folder_ / "single/log.txt")
                .find("configuration 3d_cascade_fullres is left out: it refines"),
            std::string::npos);
  const fs::path results = other / "nnUNet_results" / kName;
  EXPECT_TRUE(fs::exists(results / "nnUNetTrainer__nnUNetPlans__3d_lowres/fold_0/validation"));
  EXPECT_FALSE(fs::exists(results / "nnUNetTrainer__nnUNetPlans__3d_cascade_fullres"));
}

}  // namespace
}  // namespace nnflow::test
