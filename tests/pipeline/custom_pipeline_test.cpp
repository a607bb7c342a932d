// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// A user's own pipeline: one augmentation less, another normalisation, and a stage of a plugin that
// was compiled outside the tree.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "program.hpp"
#include "support/shared.hpp"
#include "support/temp_dir.hpp"

namespace nnflow::test {
namespace {

namespace fs = std::filesystem;

void expect_success(const Words& words) {
  const Answer answer = run(words);
  ASSERT_EQ(answer.code, 0) << words.front() << " " << words.at(1) << "\n" << answer.text;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(CustomPipeline, RunsFromRawDataToAValidatedModel) {
  const TempDir folder;
  const std::string plugins = (folder / "plugins").string();
  expect_success({"cmake", "-G", "Ninja", "-S", NNFLOW_SOURCE_DIR "/tests/pipeline/outside", "-B",
                  plugins, "-DCMAKE_CXX_COMPILER=" NNFLOW_COMPILER, "-DCMAKE_BUILD_TYPE=Release",
                  "-Dnnflow_DIR=" NNFLOW_BUILD_DIR "/lib/cmake/nnflow"});
  expect_success({"cmake", "--build", plugins});

  const fs::path data = folder / "Dataset901_Tiny";
  const Answer made = make_phantoms(data, 5);
  ASSERT_EQ(made.code, 0) << made.text;
  const fs::path run_dir = folder / "record";
  const Answer answer =
      run_nnflow(words({.command = {"run", NNFLOW_SOURCE_DIR "/tests/pipeline/custom/custom.yaml"},
                        .data = data,
                        .workspace = folder / "results",
                        .run_dir = run_dir,
                        .iterations = 3,
                        .threads = "2",
                        .more = {"--plugin-dir", plugins}}));
  ASSERT_EQ(answer.code, 0) << answer.text;

  const fs::path train = run_dir / "train" / "3d_fullres_fold_0";
  const std::string training = read_file(train / "pipeline.resolved.yaml");
  EXPECT_FALSE(contains(training, "augment.gaussian_noise"));
  EXPECT_TRUE(contains(training, "augment.gaussian_blur"));
  EXPECT_TRUE(contains(training, "use: outside.negate"));
  EXPECT_EQ(counter(train, "noise", "done"), -1);
  EXPECT_EQ(counter(train, "negate", "done"), 3 * 2);
  EXPECT_EQ(counter(train, "network", "done"), 3 + 1);

  const fs::path preprocess = run_dir / "preprocess" / "3d_fullres";
  const std::string preprocessing = read_file(preprocess / "pipeline.resolved.yaml");
  EXPECT_FALSE(contains(preprocessing, "normalise.planned"));
  EXPECT_TRUE(contains(preprocessing, "use: normalise.rescale_to_0_1"));
  EXPECT_EQ(counter(preprocess, "normalise", "done"), 5);
  EXPECT_TRUE(fs::exists(folder.path() /
                         "results/nnUNet_results/Dataset901_Tiny/"
                         "nnUNetTrainer__nnUNetPlans__3d_fullres/fold_0/validation/summary.json"));
}

TEST(CustomPipeline, ATrainedFoldIsNotTakenForOneWithOtherAugmentation) {
  const TempDir folder;
  const fs::path data = folder / "Dataset901_Tiny";
  const Answer made = make_phantoms(data, 5);
  ASSERT_EQ(made.code, 0) << made.text;
  SmallRun small{.data = data, .workspace = folder / "results", .run_dir = folder / "record"};
  ASSERT_EQ(run_nnflow(words(small)).code, 0);
  const fs::path checkpoint =
      folder.path() /
      "results/nnUNet_results/Dataset901_Tiny/nnUNetTrainer__nnUNetPlans__3d_fullres/fold_0/"
      "checkpoint_final.pth";
  const auto weights = tensors(checkpoint);

  small.more = {"--set", "stages.train.stages.noise.params.probability=1.0"};
  Answer answer = run_nnflow(words(small));
  EXPECT_EQ(answer.code, 3);
  EXPECT_TRUE(contains(answer.text, "\n  stage noise parameter probability was 0.1, is 1.0\n"))
      << answer.text;
  EXPECT_EQ(tensors(checkpoint), weights);

  small.more.insert(small.more.end(), {"--force", "train/network"});
  answer = run_nnflow(words(small));
  EXPECT_EQ(answer.code, 0) << answer.text;
  EXPECT_NE(tensors(checkpoint), weights);
  EXPECT_EQ(counter(folder / "record/train/3d_fullres_fold_0", "network", "done"), 2 + 1);
}

}  // namespace
}  // namespace nnflow::test
