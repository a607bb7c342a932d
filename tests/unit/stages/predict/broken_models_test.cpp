// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// Models that are damaged, hostile, or not what their plans say: one message that names the file.
// The checkpoints are those of tests/fuzz/corpus/pth (make_pth_corpus.py).
#include <gtest/gtest.h>
#include <zip.h>

#include <filesystem>
#include <nnflow/imaging/volume.hpp>
#include <nnflow/nnunet/dataset.hpp>
#include <nnflow/nnunet/logits.hpp>
#include <nnflow/nnunet/model.hpp>
#include <nnflow/nnunet/plans.hpp>
#include <nnflow/nnunet/py_json.hpp>
#include <nnflow/testing.hpp>

#include "support/shared.hpp"
#include "support/temp_dir.hpp"

namespace nnflow {
namespace {

namespace fs = std::filesystem;
using nnunet::Json;
using testing::StageRunner;

const fs::path kCorpus = NNFLOW_SOURCE_DIR "/tests/fuzz/corpus";

/// Plans of the network of the corpus.
Json small_plans() {
  Json plans = nnunet::parse_json(test::read_file(kCorpus / "plans/good-plain.json"), "plans");
  Json& network = plans["configurations"]["2d"]["architecture"]["arch_kwargs"];
  network["features_per_stage"] = {2, 3};
  network["n_conv_per_stage"] = {1, 1};
  network["n_conv_per_stage_decoder"] = {1};
  return plans;
}

Json small_dataset() {
  return nnunet::parse_json(
      R"({"channel_names": {"0": "CT"}, "labels": {"background": 0, "liver": 1}, "numTraining": 2,
          "file_ending": ".nii.gz"})",
      "dataset");
}

class BrokenModel : public ::testing::Test {
 protected:
  void SetUp() override {
    write_json("plans.json", small_plans());
    write_json("dataset.json", small_dataset());
    use("good-training");
  }
  void write_json(const std::string& name, const Json& json) const {
    test::write_file(folder_ / name, nnunet::dump_json(json));
  }
  void use(const std::string& checkpoint) const {
    test::write_file(weights(), test::read_file(kCorpus / "pth" / (checkpoint + ".pth")));
  }
  [[nodiscard]] fs::path weights() const { return folder_ / "fold_0/checkpoint_final.pth"; }

  /// Opens the model and predicts an image of `channels` channels; what was wrong, or "".
  [[nodiscard]] std::string problem(const std::string& params = "",
                                    std::int64_t channels = 1) const {
    return problem_of(folder_.path(), params, channels);
  }
  [[nodiscard]] static std::string problem_of(const fs::path& model,
                                              const std::string& params,
                                              std::int64_t channels = 1) {
    try {
      const auto opened =
          StageRunner("predict.load_model", "model_folder: " + model.string() + "\n" + params)
              .finish();
      StageRunner predict("predict.sliding_window", "compute_threads: 1");
      predict.put("model", opened.get<nnunet::TrainedModel>("model"))
          .put("plans", opened.get<nnunet::Plans>("plans"))
          .put("dataset", opened.get<nnunet::DatasetDescription>("dataset"))
          .put("image", imaging::Volume(channels, {1, 32, 32}));
      const auto out = predict.run();
      EXPECT_EQ(out.get<nnunet::Logits>("logits").heads, 2);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }
  /// The message about the checkpoint, without its path.
  [[nodiscard]] std::string with(const std::string& checkpoint) const {
    use(checkpoint);
    const std::string text = problem();
    const std::string begin = weights().string() + ": ";
    EXPECT_EQ(text.substr(0, begin.size()), begin);
    EXPECT_FALSE(fs::exists("NNFLOW_WAS_HERE"));
    return text.substr(std::min(text.size(), begin.size()));
  }

  const test::TempDir folder_;
};

TEST_F(BrokenModel, WholeOnesPredict) {
  EXPECT_EQ(problem(), "");
  use("good-half");
  EXPECT_EQ(problem(), "");
}

TEST_F(BrokenModel, DamagedArchives) {
  const std::string damaged =
      "not a complete checkpoint: the zip archive is damaged, cut off, or older than torch 1.6";
  for (const char* name : {"bad-empty", "bad-text", "bad-cut", "bad-cut-end"}) {
    EXPECT_EQ(with(name), damaged) << name;
  }
  EXPECT_EQ(with("bad-no-pickle"), "not a checkpoint: record 'data.pkl' is missing");
  EXPECT_EQ(with("bad-no-record"), "record 'data/0' is missing");
  EXPECT_EQ(with("bad-short-record"), "record 'data/0' has 8 bytes, fewer than its tensor needs");
  EXPECT_EQ(with("bad-big-endian"), "written on a big-endian machine");
}

TEST_F(BrokenModel, MissingAndUnexpectedKeys) {
  const std::string wrong = "the weights do not fit the network: ";
  EXPECT_EQ(with("bad-missing-keys"),
            wrong +
                "entry 'decoder.seg_layers.0.weight' is missing; entry 'decoder.seg_layers.0.bias' "
                "is missing");
  EXPECT_EQ(with("bad-more-keys"), wrong + "unexpected entry 'other'");
  EXPECT_NE(with("bad-no-weights").find("; and "), std::string::npos);
  EXPECT_NE(with("bad-no-tensor").find("conv.weight' is no tensor"), std::string::npos);
}

TEST_F(BrokenModel, WrongShapesAndTypes) {
  EXPECT_EQ(with("bad-shape"),
            "the weights do not fit the network: entry 'decoder.seg_layers.0.weight' has shape (4, "
            "2, 1, 1), expected (2, 2, 1, 1); entry 'decoder.seg_layers.0.bias' has shape (4), "
            "expected (2)");
  EXPECT_EQ(with("bad-complex"), "storage type 'ComplexFloatStorage' is unknown");
}

TEST_F(BrokenModel, CallsAreNotMade) {
  for (const char* name : {"bad-system", "bad-system-entry", "bad-system-root"}) {
    EXPECT_NE(with(name), "") << name;
  }
}

TEST_F(BrokenModel, DepthAndSizesAreBounded) {
  for (const char* name :
       {"bad-deep-2000", "bad-deep-40000", "bad-deep-dict-2000", "bad-deep-dict-40000",
        "bad-huge-size", "bad-far-offset", "bad-far-stride", "bad-wide-offset", "bad-negative-size",
        "bad-negative-stride", "bad-negative-offset", "bad-string-length"}) {
    EXPECT_NE(with(name), "") << name;
  }
}

TEST_F(BrokenModel, PlansOfAnotherNetwork) {
  Json plans = small_plans();
  plans["configurations"]["2d"]["architecture"]["arch_kwargs"]["features_per_stage"] = {2, 4};
  write_json("plans.json", plans);
  const std::string text = problem();
  EXPECT_EQ(text.find(weights().string() + ": the weights do not fit the network: entry '"), 0U);
  EXPECT_NE(text.find("has shape (3, 2, 3, 3), expected (4, 2, 3, 3)"), std::string::npos) << text;

  plans = small_plans();
  plans["configurations"].erase("2d");
  write_json("plans.json", plans);
  EXPECT_EQ(problem().find(weights().string() + ": was trained with configuration 2d, which " +
                           (folder_ / "plans.json").string() + " does not have; it has 3d_fullres"),
            0U)
      << problem();
}

TEST_F(BrokenModel, AnotherOneIsAskedFor) {
  const std::string is = ", but " + folder_.path().string() + " is a model of '";
  EXPECT_EQ(problem("configuration: 2d\nplans_name: nnUNetPlans\ntrainer: nnUNetTrainer"), "");
  EXPECT_EQ(problem("configuration: 3d_fullres"), "configuration: got '3d_fullres'" + is + "2d'");
  EXPECT_EQ(problem("trainer: nnUNetTrainerDA5"),
            "trainer: got 'nnUNetTrainerDA5'" + is + "nnUNetTrainer'");
  EXPECT_EQ(problem("plans_name: Others").find("plans_name: got 'Others'" + is), 0U)
      << problem("plans_name: Others");
  EXPECT_NE(problem("dataset: \"4\"").find("give model_folder, or dataset and configuration"),
            std::string::npos);
}

TEST_F(BrokenModel, MissingFold) {
  EXPECT_EQ(problem("folds: [\"0\", \"1\"]"), folder_.path().string() +
                                                  ": missing fold_1/checkpoint_final.pth; folds "
                                                  "with checkpoint_final.pth: 0");
  EXPECT_EQ(problem("checkpoint: checkpoint_best.pth"),
            folder_.path().string() + ": no fold has checkpoint_best.pth");
}

TEST_F(BrokenModel, WrongChannelCount) {
  EXPECT_EQ(problem("", 2), "the image has 2 channels, the network expects 1");
  Json dataset = small_dataset();
  dataset["channel_names"] = {{"0", "CT"}, {"1", "PET"}};
  write_json("dataset.json", dataset);
  EXPECT_NE(problem("", 2).find("has shape (2, 1, 3, 3), expected (2, 2, 3, 3)"), std::string::npos)
      << problem("", 2);
}

TEST_F(BrokenModel, CascadesWantThePreviousStage) {
  Json plans = small_plans();
  plans["configurations"]["2d"]["previous_stage"] = "3d_fullres";
  write_json("plans.json", plans);
  const auto opened =
      StageRunner("predict.load_model", "model_folder: " + folder_.path().string()).finish();
  StageRunner predict("predict.sliding_window", "compute_threads: 1");
  predict.put("model", opened.get<nnunet::TrainedModel>("model"))
      .put("plans", opened.get<nnunet::Plans>("plans"))
      .put("dataset", opened.get<nnunet::DatasetDescription>("dataset"))
      .put("image", imaging::Volume(1, {1, 32, 32}));
  try {
    static_cast<void>(predict.run());
    FAIL() << "expected an error";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(),
                 "configuration 2d refines a segmentation of 3d_fullres, expected one");
  }
}

class ModelArchive : public BrokenModel {
 protected:
  void SetUp() override {
    BrokenModel::SetUp();
    pack(zip(), {"Dataset001_x/nnUNetTrainer__nnUNetPlans__2d"});
  }
  [[nodiscard]] std::string zip() const { return (folder_ / "model.zip").string(); }
  void pack(const std::string& path, const std::vector<std::string>& models) const {
    int code = 0;
    zip_t* const archive = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &code);
    for (const auto& model : models) {
      for (const char* name : {"plans.json", "dataset.json", "fold_0/checkpoint_final.pth"}) {
        zip_file_add(archive, (model + (model.empty() ? "" : "/") + name).c_str(),
                     zip_source_file(archive, (folder_ / name).c_str(), 0, -1), ZIP_FL_ENC_UTF_8);
      }
    }
    ASSERT_EQ(zip_close(archive), 0);
  }
};

TEST_F(ModelArchive, PredictsWithoutBeingUnpacked) {
  EXPECT_EQ(problem_of(zip(), ""), "");
  EXPECT_EQ(problem_of(zip() + "/Dataset001_x/nnUNetTrainer__nnUNetPlans__2d", ""), "");
  EXPECT_EQ(problem_of(zip(), "folds: [\"0\"]\nconfiguration: 2d"), "");
  pack(zip(), {""});
  EXPECT_EQ(problem_of(zip(), ""), "");
  const auto opened = StageRunner("predict.load_model", "model_folder: " + zip()).finish();
  const auto& model = opened.get<nnunet::TrainedModel>("model");
  EXPECT_EQ(model.folds, std::vector<std::string>{"0"});
  EXPECT_NE(model.weights_digest, "");
}

TEST_F(ModelArchive, NamesWhatIsMissing) {
  const std::string inside = zip() + "/Dataset001_x/nnUNetTrainer__nnUNetPlans__2d";
  EXPECT_EQ(problem_of(zip(), "folds: [\"3\"]"),
            inside + ": missing fold_3/checkpoint_final.pth; folds with checkpoint_final.pth: 0");
  EXPECT_EQ(problem_of(zip(), "configuration: 3d_lowres"),
            zip() +
                ": holds no model of configuration 3d_lowres; it has:"
                "\n  Dataset001_x/nnUNetTrainer__nnUNetPlans__2d");
  pack(zip(), {});
  EXPECT_NE(problem_of(zip(), ""), "");
  pack(zip(), {"Dataset001_x/nnUNetTrainer__nnUNetPlans__2d",
               "Dataset001_x/nnUNetTrainer__other__2d", "Dataset001_x/nnUNetTrainer__other__3d"});
  EXPECT_EQ(problem_of(zip(), "configuration: 2d"), "") << "the default plans are preferred";
  EXPECT_EQ(problem_of(zip(), "configuration: 2d\nplans_name: other"), "");
  pack(zip(), {"Dataset001_x/a__b__2d", "Dataset001_x/a__b__3d"});
  EXPECT_EQ(problem_of(zip(), ""), zip() +
                                       ": holds several models; choose one with -c, -tr and -p:"
                                       "\n  Dataset001_x/a__b__2d\n  Dataset001_x/a__b__3d");
}

TEST_F(ModelArchive, DamagedCheckpointsInsideAreNamed) {
  use("bad-cut");
  pack(zip(), {"Dataset001_x/nnUNetTrainer__nnUNetPlans__2d"});
  EXPECT_EQ(
      problem_of(zip(), ""),
      zip() +
          "/Dataset001_x/nnUNetTrainer__nnUNetPlans__2d/fold_0/checkpoint_final.pth: not a "
          "complete checkpoint: the zip archive is damaged, cut off, or older than torch 1.6");
  const std::string bytes = test::read_file(zip());
  test::write_file(zip(), bytes.substr(0, bytes.size() / 2));
  EXPECT_EQ(problem_of(zip(), ""), zip() + ": is no zip archive, or it is cut off");
}

}  // namespace
}  // namespace nnflow
