// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// `nnflow predict` as scripts of nnU-Net call it, and as a process that stays: with a trained model
// of the reference.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <string>
#include <vector>

#include "nnflow/nnunet/py_json.hpp"
#include "program.hpp"
#include "support/shared.hpp"
#include "support/temp_dir.hpp"

namespace nnflow::test {
namespace {

namespace fs = std::filesystem;

class Predict : public testing::Test {
 protected:
  void SetUp() override {
    const fs::path golden = shared_dir() / "golden" / "models";
    NNFLOW_REQUIRE_PATH(golden / "trained");
    for (const auto& folder : children(golden / "trained")) {
      if (folder.filename().string().ends_with("__2d_small")) model_ = folder.string();
    }
    auto images = children(golden / "images", "_0000.nii.gz");
    ASSERT_GE(images.size(), 3U);
    fs::create_directory(folder_ / "images");
    for (std::size_t i = 0; i < 3; ++i) {
      fs::copy_file(images[i], folder_ / "images" / images[i].filename());
      const std::string name = images[i].filename().string();
      names_.push_back(name.substr(0, name.size() - 12) + ".nii.gz");
    }
  }
  [[nodiscard]] Words words(const std::string& images,
                            const std::string& out,
                            const Words& more) const {
    Words words{"predict",
                "-i",
                (folder_ / images).string(),
                "-o",
                (folder_ / out).string(),
                "-m",
                model_,
                "-f",
                "0",
                "--disable_tta",
                "--threads",
                "1"};
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }
  void predict(const std::string& images, const std::string& out, const Words& more = {}) const {
    const Answer answer = run_nnflow(words(images, out, more));
    EXPECT_EQ(answer.code, 0) << answer.text;
  }
  /// Names of the segmentations in a folder.
  [[nodiscard]] std::vector<std::string> results(const std::string& out) const {
    std::vector<std::string> names;
    for (const auto& file : children(folder_ / out, ".nii.gz")) names.push_back(file.filename());
    return names;
  }
  [[nodiscard]] std::string bytes(const std::string& out, std::size_t i) const {
    return read_file(folder_ / out / names_[i]);
  }

  const TempDir folder_;
  std::string model_;
  std::vector<std::string> names_;  ///< of the segmentations
};

TEST_F(Predict, PartsMakeTheWholeAndMayRunTogether) {
  predict("images", "whole");
  ASSERT_EQ(results("whole"), names_);
  std::vector<pid_t> jobs;
  for (const char* part : {"0", "1"}) {
    jobs.push_back(start_nnflow(
        words("images", "parts", {"-num_parts", "2", "-part_id", part, "-npp", "2", "-nps", "2"}),
        folder_ / (std::string("log") + part)));
  }
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    EXPECT_EQ(wait_for(jobs[i]).code, 0) << read_file(folder_ / ("log" + std::to_string(i)));
  }
  EXPECT_EQ(results("parts"), names_);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(bytes("parts", i), bytes("whole", i));
  const Answer answer = run_nnflow(words("images", "none", {"-num_parts", "2", "-part_id", "2"}));
  EXPECT_EQ(answer.code, 1);
  EXPECT_NE(answer.text.find("part is 2, expected less than parts, which is 2"), std::string::npos)
      << answer.text;
}

TEST_F(Predict, PlansAndDatasetLieBesideTheResults) {
  predict("images", "out");
  for (const char* name : {"plans.json", "dataset.json"}) {
    EXPECT_EQ(nnunet::read_json(folder_ / "out" / name),
              nnunet::read_json(fs::path(model_) / name));
  }
  const std::string events = read_file(folder_ / "out/.nnflow/predict/events.jsonl");
  EXPECT_NE(events.find("\"event\":\"start\""), std::string::npos) << events;
  EXPECT_NE(events.find((folder_ / "out/plans.json").string()), std::string::npos) << events;
}

TEST_F(Predict, RefusesPlacesBeforeAnythingIsWritten) {
  const auto entries = [&](const std::string& folder) {
    return std::count_if(fs::directory_iterator(folder_ / folder), fs::directory_iterator(),
                         [](const auto& entry) { return entry.path().filename() != ".nnflow"; });
  };
  fs::create_directory_symlink(folder_ / "images", folder_ / "link");
  for (const char* out : {"images", "link", "images/../images/."}) {
    const Answer answer = run_nnflow(words("images", out, {}));
    EXPECT_EQ(answer.code, 1) << out;
    EXPECT_NE(answer.text.find((folder_ / out).string() +
                               ": holds the images, expected another folder for the results"),
              std::string::npos)
        << answer.text;
    EXPECT_EQ(entries("images"), 3) << out;
  }
  const std::string image = read_file(*fs::directory_iterator(folder_ / "images"));
  write_file(folder_ / "one/case.nii.gz", image);
  Answer answer = run_nnflow(words("one/case.nii.gz", "one", {}));
  EXPECT_EQ(answer.code, 1);
  EXPECT_NE(answer.text.find("is an image and would be the result of its case"), std::string::npos)
      << answer.text;
  EXPECT_EQ(entries("one"), 1);
  EXPECT_EQ(read_file(folder_ / "one/case.nii.gz"), image);

  fs::create_directory(folder_ / "empty");
  for (const char* images : {"none", "empty"}) {
    answer = run_nnflow(words(images, "out", {}));
    EXPECT_EQ(answer.code, 3) << images;
    EXPECT_NE(answer.text.find((folder_ / images).string() + ": "), std::string::npos)
        << answer.text;
    EXPECT_FALSE(fs::exists(folder_ / "out/plans.json")) << images;
  }
}

TEST_F(Predict, ContinuingKeepsWhatIsThereAndStartingAgainDoesNot) {
  write_file(folder_ / "out" / names_[0], "somebody's");
  predict("images", "out", {"--continue_prediction"});
  EXPECT_EQ(results("out"), names_);
  EXPECT_EQ(bytes("out", 0), "somebody's");
  predict("images", "out", {"--continue_prediction"});
  EXPECT_EQ(bytes("out", 0), "somebody's") << "nothing was left to do";
  predict("images", "out");
  EXPECT_NE(bytes("out", 0), "somebody's");
}

TEST_F(Predict, ContinuingMakesTheProbabilitiesThatAreMissing) {
  predict("images", "out");
  predict("images", "out",
          {"--continue_prediction", "--save_probabilities", "--verbose", "--disable_progress_bar",
           "--not_on_device"});
  for (const std::string& name : names_) {
    const std::string id = name.substr(0, name.size() - 7);
    EXPECT_TRUE(fs::exists(folder_ / "out" / (id + ".npz"))) << id;
  }
}

TEST_F(Predict, WritesOneFileAClass) {
  predict("images", "out", {"--class-files"});
  EXPECT_EQ(results("out"), names_);
  const auto labels = nnunet::read_json(folder_ / "out/dataset.json").at("labels");
  for (const std::string& name : names_) {
    const std::string id = name.substr(0, name.size() - 7);
    EXPECT_EQ(children(folder_ / "out" / id / "predictions", ".nii.gz").size(), labels.size() - 1);
    for (const auto& [label, value] : labels.items()) {
      const bool there = fs::exists(folder_ / "out" / id / "predictions" / (label + ".nii.gz"));
      EXPECT_EQ(there, value != 0) << id << " " << label;
    }
  }
}

TEST_F(Predict, TakesOneFileAndOneCaseOfNamedFiles) {
  predict("images", "whole");
  const std::string image = names_[1].substr(0, names_[1].size() - 7) + "_0000.nii.gz";
  predict("images/" + image, "one");
  EXPECT_EQ(results("one"), std::vector<std::string>{names_[1]});
  EXPECT_EQ(bytes("one", 1), bytes("whole", 1));
  fs::copy_file(folder_ / "images" / image, folder_ / "scan.nii.gz");
  predict("scan.nii.gz", "scan");
  EXPECT_EQ(read_file(folder_ / "scan/scan.nii.gz"), bytes("whole", 1));
}

TEST_F(Predict, APreviousStageThatNobodyAsksForIsRefused) {
  const Answer answer = run_nnflow(
      words("images", "out", {"-prev_stage_predictions", (folder_ / "images").string()}));
  EXPECT_EQ(answer.code, 1);
  EXPECT_NE(answer.text.find("configuration 2d_small has no previous stage, expected no folder "
                             "with its predictions"),
            std::string::npos)
      << answer.text;
}

TEST_F(Predict, CascadesWithoutAPreviousStageNameTheCommandBefore) {
  fs::copy(model_, folder_ / "model", fs::copy_options::recursive);
  std::string plans = read_file(folder_ / "model/plans.json");
  const std::string key = "\"2d_small\": {";
  const std::size_t at = plans.find(key);
  ASSERT_NE(at, std::string::npos);
  plans.insert(at + key.size(), "\"previous_stage\": \"3d_lowres\",");
  write_file(folder_ / "model/plans.json", plans);
  Words call = words("images", "out", {});
  std::replace(call.begin(), call.end(), model_, (folder_ / "model").string());
  const Answer answer = run_nnflow(call);
  EXPECT_EQ(answer.code, 1);
  EXPECT_NE(answer.text.find(
                "configuration 2d_small refines the segmentations of 3d_lowres: predict the same "
                "images with -c 3d_lowres first, then give that folder by -prev_stage_predictions"),
            std::string::npos)
      << answer.text;
}

/// A call of a stage in the record of a run, microseconds.
struct Call {
  std::string item;
  double begin;
  double end;
};

std::vector<Call> calls_of(const nlohmann::ordered_json& trace, const std::string& stage) {
  std::vector<Call> calls;
  for (const auto& event : trace.at("traceEvents")) {
    if (event.value("ph", "") != "X" || event.at("name") != stage) continue;
    const double begin = event.at("ts").get<double>();
    calls.push_back({event.at("args").at("item"), begin, begin + event.at("dur").get<double>()});
  }
  return calls;
}

/// How many of `calls` ran entirely while another case was in one of `around`.
std::ptrdiff_t inside_others(const std::vector<Call>& calls, const std::vector<Call>& around) {
  return std::ranges::count_if(calls, [&](const Call& call) {
    return std::ranges::any_of(around, [&](const Call& other) {
      return other.item != call.item && other.begin <= call.begin && call.end <= other.end;
    });
  });
}

TEST_F(Predict, ReadsTheNextCaseAndWritesTheLastOneMeanwhile) {
  for (int i = 0; i < 6; ++i) {
    fs::copy_file(folder_ / "images" / (names_[0].substr(0, names_[0].size() - 7) + "_0000.nii.gz"),
                  fs::path(folder_ / "images") / ("more_" + std::to_string(i) + "_0000.nii.gz"));
  }
  const Answer answer =
      run_nnflow({"predict", "-i", (folder_ / "images").string(), "-o", (folder_ / "out").string(),
                  "-m", model_, "-f", "0", "--threads", "2", "--set", "run.memory=64MiB",
                  "--run-dir", (folder_ / "run").string()});
  ASSERT_EQ(answer.code, 0) << answer.text;
  const auto trace = nnunet::read_json(folder_ / "run/trace.json");
  const std::vector<Call> predictions = calls_of(trace, "predict");
  ASSERT_EQ(predictions.size(), 9U);
  // Of the nine, the first read and the last written have nobody to run beside.
  EXPECT_GE(inside_others(calls_of(trace, "read"), predictions), 4);
  EXPECT_GE(inside_others(calls_of(trace, "write"), predictions), 4);
  EXPECT_EQ(inside_others(predictions, predictions), 0) << "one network at a time";
}

TEST_F(Predict, StaysForMoreJobs) {
  predict("images", "whole");
  const auto job = [&](int id, const std::string& images, const std::string& out) {
    return "{\"id\": " + std::to_string(id) + ", \"images\": [\"" + images + "\"], \"out\": \"" +
           (folder_ / out).string() + "\"}\n";
  };
  write_file(folder_ / "jobs", job(1, (folder_ / "images").string(), "first") +
                                   job(2, (folder_ / "none").string(), "second") +
                                   job(3, (folder_ / "images").string(), "third"));
  const Answer answer =
      run({"sh", "-c", "\"$1\" serve predict -m \"$2\" -f 0 --disable_tta --threads 1 < \"$3\"",
           "sh", program().string(), model_, (folder_ / "jobs").string()});
  ASSERT_EQ(answer.code, 0) << answer.text;
  EXPECT_NE(answer.text.find("{\"id\":1,\"status\":\"ok\","), std::string::npos) << answer.text;
  EXPECT_NE(answer.text.find("{\"id\":2,\"status\":\"failed\",\"error\":\"stage cases: "),
            std::string::npos);
  EXPECT_NE(answer.text.find("{\"id\":3,\"status\":\"ok\","), std::string::npos);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(bytes("first", i), bytes("whole", i));
    EXPECT_EQ(bytes("third", i), bytes("whole", i));
  }
}

}  // namespace
}  // namespace nnflow::test
