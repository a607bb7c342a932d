// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// Results follow from data, pipeline and seed; not from the number of threads.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <string>

#include "program.hpp"
#include "support/shared.hpp"
#include "support/temp_dir.hpp"

namespace nnflow::test {
namespace {

namespace fs = std::filesystem;

class Determinism : public testing::Test {
 protected:
  void SetUp() override {
    const Answer made = make_phantoms(data_, 6);
    ASSERT_EQ(made.code, 0) << made.text;
  }

  /// Everything from fingerprint to validation, always in the same folder; then it gets a new name.
  void run_all(const std::string& threads, const std::string& name) const {
    const Answer answer = run_nnflow(words({.data = data_,
                                            .workspace = results_,
                                            .run_dir = folder_ / (name + "-run"),
                                            .epochs = 2,
                                            .iterations = 4,
                                            .val_iterations = 2,
                                            .threads = threads,
                                            .more = {"--initial-lr", "0.05", "--seed", "7"}}));
    ASSERT_EQ(answer.code, 0) << answer.text;
    fs::rename(results_, folder_ / name);
  }

  std::string patches(const std::string& threads,
                      const std::string& seed,
                      const std::string& augmentation = "default") const {
    const fs::path out = folder_ / ("patches-" + augmentation + "-" + threads + "-" + seed);
    const Answer answer = run_nnflow(
        {"run", NNFLOW_SOURCE_DIR "/tests/pipeline/custom/patches.yaml", "-d", data_.string(), "-o",
         (folder_ / "one").string(), "--out", out.string(), "--threads", threads, "--seed", seed,
         "--augmentation", augmentation, "--plugin-dir", NNFLOW_OUTSIDE_DIR});
    EXPECT_EQ(answer.code, 0) << answer.text;
    return answer.code == 0 ? read_file(out) : "";
  }

  const TempDir folder_;
  const fs::path data_ = folder_ / "Dataset901_Tiny";
  const fs::path results_ = folder_ / "results";
};

/// Losses and pseudo Dice of every epoch, without dates and durations.
std::string losses(const std::map<std::string, std::string>& files) {
  std::string result;
  for (const auto& [name, bytes] : files) {
    if (name.find("training_log") == std::string::npos) continue;
    for (const char* key : {"train_loss", "val_loss", "Pseudo dice"}) {
      for (std::size_t at = bytes.find(key); at != std::string::npos;
           at = bytes.find(key, at + 1)) {
        result += bytes.substr(at, bytes.find('\n', at) - at) + "\n";
      }
    }
  }
  return result;
}

TEST_F(Determinism, OneAndTwoThreadsGiveTheSameBytes) {
  run_all("1", "one");
  if (HasFatalFailure()) return;
  run_all("2", "two");
  if (HasFatalFailure()) return;

  auto one = tree(folder_ / "one");
  auto two = tree(folder_ / "two");
  EXPECT_NE(losses(one), "");
  EXPECT_EQ(losses(one), losses(two));
  std::size_t checkpoints = 0;
  for (auto* const files : {&one, &two}) {
    for (auto file = files->begin(); file != files->end();) {
      const bool weights = file->first.ends_with(".pth");
      if (weights && files == &one) {
        const auto found = tensors(folder_ / "one" / file->first);
        EXPECT_GT(found.size(), 10U) << file->first;
        EXPECT_EQ(unequal(found, tensors(folder_ / "two" / file->first)), Words{}) << file->first;
        ++checkpoints;
      }
      // Both name the time.
      const bool dated = weights || is_dated(file->first);
      file = dated ? files->erase(file) : std::next(file);
    }
  }
  EXPECT_GE(checkpoints, 1U);
  EXPECT_EQ(unequal(one, two), Words{});
  EXPECT_EQ(unequal(two, one), Words{});
  // 6 cases x (image, labels, properties, reference), 3 + 2 + 3 descriptions, 2 segmentations, ...
  EXPECT_GE(one.size(), 24U + 4U + 3U + 2U + 1U);

  const std::string digests = patches("1", "7");
  EXPECT_EQ(std::count(digests.begin(), digests.end(), '\n'), 2 * 6 * 2);
  EXPECT_EQ(patches("2", "7"), digests);
  EXPECT_NE(patches("2", "8"), digests);
  const std::string stronger = patches("1", "7", "da5");
  EXPECT_EQ(std::count(stronger.begin(), stronger.end(), '\n'), 2 * 6 * 2);
  EXPECT_EQ(patches("2", "7", "da5"), stronger);
  EXPECT_NE(stronger, digests);
}

}  // namespace
}  // namespace nnflow::test
