// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// A training goes on only from a checkpoint that was made from the same inputs.
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "nnflow/nnunet/py_json.hpp"
#include "nnflow/nnunet/splits.hpp"
#include "small_training.hpp"
#include "support/shared.hpp"
#include "support/temp_dir.hpp"

namespace nnflow::test {
namespace {

namespace fs = std::filesystem;
using testing::StageRunner;

/// Everything that a run of the stage is given.
struct Inputs {
  std::string params;  ///< more of them
  nnunet::Json plans = test::plans().document();
  nnunet::Json dataset = test::dataset().json;
  nnunet::Split split{{"a", "b"}, {"c"}};
  std::uint64_t seed = 5;
  std::string upstream = R"({"noise":{"use":"augment.gaussian_noise","version":1,"params":)"
                         R"({"probability":0.1},"from":{"patch":["blur.patch"]}},)"
                         R"("sample":{"use":"patches.sample","version":1,"params":)"
                         R"({"epochs":2,"oversample":0.33},"from":{}}})";
};

class TrainingRecord : public ::testing::Test {
 protected:
  /// An epoch of a training that ends there.
  void SetUp() override {
    for (const char* id : {"a", "b", "c", "other"}) {
      for (const char* ending : {".b2nd", "_seg.b2nd", ".pkl"}) {
        write_file(cases() / (std::string(id) + ending), std::string(id) + ending);
      }
    }
    const auto runner = start({});
    EXPECT_EQ(runner->resume_point(), 0U);
    feed_epoch(*runner, 0);
    record_ = read_file(record());
  }

  [[nodiscard]] fs::path cases() const { return folder_ / "cases"; }
  [[nodiscard]] fs::path fold() const { return folder_ / "model/fold_0"; }
  [[nodiscard]] fs::path record() const { return fold() / "nnflow_training.json"; }

  [[nodiscard]] std::unique_ptr<StageRunner> start(const Inputs& inputs, bool splits = true) const {
    std::string params = unet_params(folder_ / "model");
    params += "preprocessed: " + cases().string() + "\n";
    for (std::size_t at = 0; at < inputs.params.size();) {  // later lines replace earlier ones
      const std::size_t end = inputs.params.find('\n', at) + 1;
      const std::string line = inputs.params.substr(at, end - at);
      const std::size_t old = params.find("\n" + line.substr(0, line.find(':') + 1));
      if (old != std::string::npos) params.erase(old + 1, params.find('\n', old + 1) - old);
      params += line;
      at = end;
    }
    auto runner = std::make_unique<StageRunner>("train.unet", params, "network");
    runner->seed(inputs.seed)
        .upstream(Value::parse_json(inputs.upstream))
        .put("plans", nnunet::Plans::from_json(inputs.plans, "plans.json"))
        .put("dataset", nnunet::DatasetDescription::from_json(inputs.dataset, {}, "dataset.json"));
    if (splits) runner->put("splits", nnunet::Splits{{inputs.split}});
    return runner;
  }

  /// What stands between the first line of the refusal and the way out; empty if there is none.
  [[nodiscard]] std::string differences(const Inputs& inputs) const {
    try {
      (void)start(inputs)->resume_point();
      return {};
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kInvalidData);
      const std::string text = error.what();
      const std::string begin = (fold() / "checkpoint_latest.pth").string() +
                                ": was trained from other inputs than this run has\n";
      const std::string end =
          "\nGo back to the inputs that " + record().string() +
          " names; or validate the fold as it was trained, without training: --val, with "
          "--val_best its best checkpoint; or train anew and overwrite the fold: --restart where "
          "the pipeline has it, else resume: false in the parameters of the stage network";
      EXPECT_TRUE(text.starts_with(begin) && text.ends_with(end)) << text;
      EXPECT_EQ(read_file(record()), record_) << "a refused run changes nothing";
      return text.substr(begin.size(), text.size() - end.size() - begin.size());
    }
  }
  /// The record of the same training as a cascade whose previous labels have this content.
  [[nodiscard]] std::string with_previous_stage(Inputs inputs, const std::string& content) const {
    fs::remove_all(fold());
    for (const char* id : {"a", "b", "c"}) {
      write_file(folder_ / "previous" / (std::string(id) + ".b2nd"), content);
    }
    inputs.plans["configurations"]["3d_fullres"]["previous_stage"] = "3d_lowres";
    inputs.params = "previous_folder: " + (folder_ / "previous").string() + "\n";
    const auto runner = start(inputs);
    static_cast<void>(runner->resume_point());
    nnunet::Batch first = batch(0, false);
    const auto voxels = static_cast<std::size_t>(imaging::voxel_count(first.extent));
    nnunet::Batch with_label = first;
    ++with_label.channels;
    with_label.image.clear();
    const std::size_t sample = first.image.size() / static_cast<std::size_t>(first.batch);
    for (std::int64_t b = 0; b < first.batch; ++b) {
      const auto* const from = first.image.data() + static_cast<std::size_t>(b) * sample;
      with_label.image.insert(with_label.image.end(), from, from + sample);
      with_label.image.insert(with_label.image.end(), voxels, 0.0F);
    }
    runner->put("batch", with_label).run();
    return read_file(record());
  }
  [[nodiscard]] std::string with_params(const std::string& params) const {
    Inputs inputs;
    inputs.params = params + "\n";
    return differences(inputs);
  }

  const TempDir folder_;
  std::string record_;
};

TEST_F(TrainingRecord, EqualInputsGoOn) {
  EXPECT_EQ(start({})->resume_point(), 6U);
  EXPECT_EQ(read_file(record()), record_);
}

TEST_F(TrainingRecord, WhatMayChangeGoesOn) {
  EXPECT_EQ(with_params("epochs: 9"), "");
  EXPECT_EQ(with_params("compute_threads: 2"), "");
  EXPECT_EQ(with_params("checkpoint_every: 7"), "");
  EXPECT_EQ(with_params("mirror_axes: [0, 1, 2]"), "") << "the default";
  write_file(cases() / "other.b2nd", "of another fold");
  Inputs inputs;
  inputs.dataset["description"] = "words";
  inputs.plans["configurations"]["2d"] = inputs.plans["configurations"]["3d_fullres"];
  inputs.split = {{"b", "a"}, {"c"}};
  EXPECT_EQ(differences(inputs), "");
}

TEST_F(TrainingRecord, EveryParameterThatDecidesTheWeightsMustBeTheSame) {
  const std::vector<std::pair<std::string, std::string>> changes{
      {"initial_lr: 0.1", "initial_lr was 0.01, is 0.1"},
      {"momentum: 0.5", "momentum was 0.99, is 0.5"},
      {"weight_decay: 0.0", "weight_decay was 3e-05, is 0.0"},
      {"gradient_clip: 1.0", "gradient_clip was 12.0, is 1.0"},
      {"batch_size: 4", "batch_size was 2, is 4"},
      {"iterations: 5", "iterations was 2, is 5"},
      {"val_iterations: 3", "val_iterations was 1, is 3"},
      {"deep_supervision: false", "deep_supervision was true, is false"},
      {"half_precision: false", "half_precision was true, is false"},
      {"mirror_axes: [0]", "mirror_axes was [0, 1, 2], is [0]"},
  };
  for (const auto& [change, message] : changes) {
    EXPECT_EQ(with_params(change), "  parameter " + message);
  }
  Inputs inputs;
  inputs.seed = 6;
  EXPECT_EQ(differences(inputs), "  parameter seed was 5, is 6");
}

TEST_F(TrainingRecord, OtherPlansAreRefused) {
  Inputs inputs;
  nnunet::Json& plan = inputs.plans["configurations"]["3d_fullres"];
  plan["patch_size"] = {16, 8, 8};
  plan["architecture"]["arch_kwargs"]["features_per_stage"] = {4, 8, 8};
  EXPECT_EQ(differences(inputs),
            "  plans architecture differs\n  plans patch_size was [8, 8, 8], is [16, 8, 8]");
}

TEST_F(TrainingRecord, WhatAConfigurationInheritsCounts) {
  Inputs inputs;
  nnunet::Json& configurations = inputs.plans["configurations"];
  configurations["base"] = configurations["3d_fullres"];
  configurations["3d_fullres"] = {{"inherits_from", "base"}};
  EXPECT_EQ(differences(inputs), "") << "resolved, it is the same";
  configurations["base"]["batch_dice"] = true;
  EXPECT_EQ(differences(inputs), "  plans batch_dice was false, is true");
}

TEST_F(TrainingRecord, OtherLabelsOrChannelsAreRefused) {
  Inputs inputs;
  inputs.dataset["labels"] = {{"background", 0}, {"b", 1}};
  inputs.dataset["channel_names"]["0"] = "CT";
  EXPECT_EQ(differences(inputs),
            "  dataset.json channel_names was {\"0\": \"MRI\"}, is {\"0\": \"CT\"}\n"
            "  dataset.json labels was {\"background\": 0, \"a\": 1}, is "
            "{\"background\": 0, \"b\": 1}");
}

TEST_F(TrainingRecord, AnotherSplitIsRefused) {
  Inputs inputs;
  inputs.split = {{"a", "c"}, {"b"}};
  EXPECT_EQ(differences(inputs),
            "  split train has gained c\n  split train has lost b\n"
            "  split val has gained b\n  split val has lost c");
}

TEST_F(TrainingRecord, OtherPreprocessedFilesAreRefused) {
  for (const char* file : {"b.b2nd", "b_seg.b2nd", "b.pkl"}) {
    const std::string before = read_file(cases() / file);
    write_file(cases() / file, "relabelled");
    EXPECT_EQ(differences({}), "  preprocessed files differ of b") << file;
    write_file(cases() / "c.b2nd", "preprocessed again");
    EXPECT_EQ(differences({}), "  preprocessed files differ of b, c") << file;
    write_file(cases() / "c.b2nd", "c.b2nd");
    write_file(cases() / file, before);
  }
  EXPECT_EQ(differences({}), "");
}

TEST_F(TrainingRecord, PreprocessedFilesOfOlderFormatsCount) {
  fs::remove_all(cases());
  for (const char* id : {"a", "b"}) {
    write_file(cases() / (std::string(id) + ".npz"), id);
    write_file(cases() / (std::string(id) + ".pkl"), id);
  }
  for (const char* file : {"c.npy", "c_seg.npy", "c.pkl"}) write_file(cases() / file, file);
  EXPECT_EQ(differences({}), "  preprocessed files differ of a, b, c");
  fs::remove_all(fold());
  feed_epoch(*start({}), 0);
  record_ = read_file(record());
  EXPECT_EQ(differences({}), "");
  for (const std::string name : {"a.npz", "a.pkl", "c.npy", "c_seg.npy"}) {
    const std::string before = read_file(cases() / name);
    write_file(cases() / name, "relabelled");
    EXPECT_EQ(differences({}), "  preprocessed files differ of " + name.substr(0, 1)) << name;
    write_file(cases() / name, before);
  }
  fs::remove(cases() / "c_seg.npy");
  EXPECT_THROW((void)start({})->resume_point(), Error) << "a file is missing";
}

TEST_F(TrainingRecord, EverythingIsNamedAtOnce) {
  Inputs inputs;
  inputs.params = "initial_lr: 0.1\nmomentum: 0.5\n";
  inputs.plans["configurations"]["3d_fullres"]["batch_dice"] = true;
  write_file(cases() / "a.pkl", "x");
  EXPECT_EQ(differences(inputs),
            "  parameter initial_lr was 0.01, is 0.1\n  parameter momentum was 0.99, is 0.5\n"
            "  plans batch_dice was false, is true\n  preprocessed files differ of a");
}

TEST_F(TrainingRecord, SamplingAndAugmentationAreCompared) {
  const auto replaced = [&](const std::string& old, const std::string& text) {
    Inputs changed;
    changed.upstream.replace(changed.upstream.find(old), old.size(), text);
    return differences(changed);
  };
  EXPECT_EQ(replaced("0.1", "0.9"), "  stage noise parameter probability was 0.1, is 0.9");
  EXPECT_EQ(replaced("blur.patch", "gamma.patch"),
            R"(  stage noise from was {"patch": ["blur.patch"]}, is {"patch": ["gamma.patch"]})");
  EXPECT_EQ(replaced(R"("version":1)", R"("version":2)"), "  stage noise version was 1, is 2");
  EXPECT_EQ(replaced(R"("noise":)", R"("sound":)"), "  stage noise is gone\n  stage sound is new");
  EXPECT_EQ(replaced(R"("epochs":2)", R"("epochs":9)"), "") << "more epochs go on";
}

TEST_F(TrainingRecord, StagesOfCascadesCountOnlyForCascades) {
  Inputs inputs;
  inputs.upstream =
      R"({"noise":{"use":"augment.gaussian_noise","version":1,"params":{"probability":0.1},)"
      R"("from":{"patch":["blur.patch"]}},)"
      R"("sample":{"use":"patches.sample","version":1,"params":)"
      R"({"epochs":2,"oversample":0.33,"trainer":"Mine"},"from":{}},)"
      R"("previous":{"use":"augment.previous_labels","version":1,"params":{},)"
      R"("from":{"patch":["noise.patch"],"dataset":["dataset.dataset"]}},)"
      R"("shapes":{"use":"augment.binary_operators","version":1,"params":{"probability":0.4},)"
      R"("from":{"patch":["previous.patch"]}},)"
      R"("batch":{"use":"train.batch","version":1,"params":{},"from":{"patch":["shapes.patch"]}}})";
  EXPECT_EQ(differences(inputs), "  stage batch is new") << "the others change nothing";
  const std::string written = with_previous_stage(inputs, "x");
  EXPECT_NE(written.find("\"shapes\""), std::string::npos) << written;
  EXPECT_NE(written.find("shapes.patch"), std::string::npos) << written;
  EXPECT_NE(with_previous_stage(inputs, "y"), written) << "the previous labels count";
}

TEST_F(TrainingRecord, AForcedStageTrainsAnew) {
  const auto runner = start({});
  runner->force();
  EXPECT_EQ(runner->resume_point(), 0U);
  runner->put("batch", batch(0, false)).run();
  EXPECT_FALSE(fs::exists(fold() / "checkpoint_latest.pth"))
      << "the next run would take it for one of this training";
}

TEST_F(TrainingRecord, OneTrainingAtATimeHasTheFold) {
  const auto first = start({});
  EXPECT_EQ(first->resume_point(), 6U);
  try {
    (void)start({})->resume_point();
    FAIL() << "expected an error";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kResource);
    EXPECT_EQ(std::string(error.what()), fold().string() +
                                             ": another run is training this fold; wait for it, "
                                             "or train into another folder");
  }
}

TEST_F(TrainingRecord, FewerEpochsThanTrainedAreSaid) {
  {
    const auto runner = start({});
    EXPECT_EQ(runner->resume_point(), 6U);
    feed_epoch(*runner, 1);
    (void)runner->finish();
  }
  Inputs inputs;
  inputs.params = "epochs: 1\n";
  const auto runner = start(inputs);
  (void)runner->resume_point();
  ASSERT_FALSE(runner->log().empty());
  EXPECT_EQ(runner->log().front(),
            "the fold was trained for 2 epochs, more than the 1 asked for; it is taken as it is "
            "(--restart trains it anew)");
}

TEST_F(TrainingRecord, MissingCaseFilesAreNamed) {
  fs::remove(cases() / "a.pkl");
  const auto runner = start({});
  try {
    (void)runner->resume_point();
    FAIL() << "expected an error";
  } catch (const Error& error) {
    EXPECT_EQ(std::string(error.what()), "case a: cannot read its preprocessed files " +
                                             (cases() / "a.b2nd").string() +
                                             ", a_seg.b2nd and a.pkl");
  }
}

TEST_F(TrainingRecord, AForeignCheckpointGoesOnWithAWarningAndIsRecordedFromThen) {
  fs::remove(record());
  Inputs inputs;
  inputs.params = "initial_lr: 0.1\n";
  {
    const auto runner = start(inputs);
    EXPECT_EQ(runner->resume_point(), 6U);
    ASSERT_EQ(runner->log().size(), 2U);
    EXPECT_EQ(runner->log()[0],
              (fold() / "checkpoint_latest.pth").string() +
                  ": nnflow_training.json is not beside it, so nothing tells whether it was "
                  "trained from the inputs of this run; going on from it");
    EXPECT_EQ(runner->log()[1], "going on after 1 epochs");
    EXPECT_FALSE(fs::exists(record())) << "nothing was trained yet";
    runner->put("batch", batch(1, false)).run();
  }
  record_ = read_file(record());
  EXPECT_EQ(differences({}), "  parameter initial_lr was 0.1, is 0.01");
}

TEST_F(TrainingRecord, WithoutSplitsTheCasesAreNotCompared) {
  write_file(cases() / "a.pkl", "x");
  EXPECT_EQ(start({}, false)->resume_point(), 6U);
}

TEST_F(TrainingRecord, WithoutResumeTrainingStartsAnewAndOverwrites) {
  Inputs inputs;
  inputs.params = "resume: false\ninitial_lr: 0.1\n";
  auto runner = start(inputs);
  EXPECT_EQ(runner->resume_point(), 0U);
  EXPECT_TRUE(fs::exists(fold() / "checkpoint_latest.pth")) << "nothing was trained yet";
  runner->put("batch", batch(0, false)).run();
  EXPECT_FALSE(fs::exists(fold() / "checkpoint_latest.pth"))
      << "the next run would take it for one of this training";
  EXPECT_FALSE(fs::exists(fold() / "checkpoint_best.pth"));
  inputs.params = "initial_lr: 0.1\n";
  runner.reset();
  EXPECT_EQ(start(inputs)->resume_point(), 0U) << "the record of this training, no checkpoint yet";
}

}  // namespace
}  // namespace nnflow::test
