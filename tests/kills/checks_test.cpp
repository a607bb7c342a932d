// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "kills/checks.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "support/shared.hpp"
#include "support/temp_dir.hpp"

namespace nnflow::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string little(std::uint64_t value, int count) {
  std::string bytes;
  for (int i = 0; i < count; ++i, value >>= 8U) bytes += static_cast<char>(value & 0xffU);
  return bytes;
}

/// A zip archive of stored entries; checksums are not looked at.
std::string archive(const std::vector<std::pair<std::string, std::string>>& entries) {
  std::string bytes;
  std::string directory;
  for (const auto& [name, content] : entries) {
    const std::string sizes =
        little(content.size(), 4) + little(content.size(), 4) + little(name.size(), 2);
    directory += "PK\1\2" + little(0, 16) + sizes + little(0, 12) + little(bytes.size(), 4) + name;
    bytes += "PK\3\4" + little(0, 14) + sizes + little(0, 2) + name + content;
  }
  const std::string counts = little(entries.size(), 2) + little(entries.size(), 2);
  const std::string end = little(directory.size(), 4) + little(bytes.size(), 4) + little(0, 2);
  return bytes + directory + "PK\5\6" + little(0, 4) + counts + end;
}

std::string pickled(double value) {
  std::string bytes = little(std::bit_cast<std::uint64_t>(value), 8);
  return "G" + std::string(bytes.rbegin(), bytes.rend());
}

std::string checkpoint(const std::string& tensor, double loss, double time) {
  return archive({{"a/data.pkl", "epochs" + pickled(loss) + pickled(time)},
                  {"a/.data/serialization_id", std::to_string(time)},
                  {"a/data/0", tensor}});
}

std::string log(const std::string& time, const std::string& loss) {
  std::string text;
  for (const std::string line : {"Epoch 0 ", "Current learning rate: 0.01 ", "train_loss ",
                                 "val_loss 0.5 ", "Pseudo dice [0.1] ", "Epoch time: 0.1 s "}) {
    text += time + ": " + line + (line.starts_with("train_loss") ? loss : "") + "\n";
  }
  return text;
}

const Files& undisturbed() {
  static const Files files{
      {"plans.json", "{}"},
      {"fold_0/checkpoint_best.pth", checkpoint("abcd", 0.5, 1.7e9)},
      {"fold_0/checkpoint_final.pth", checkpoint("efgh", 0.25, 1.7e9)},
      {"fold_0/training_log_2026_1_1_00_00_00.txt", log("2026-01-01 00:00:00.000001", "0.5")}};
  return files;
}

TEST(RerunFindings, TimesAreNotCompared) {
  Files rerun = undisturbed();
  rerun["fold_0/checkpoint_final.pth"] = checkpoint("efgh", 0.25, 1.8e9);
  rerun.erase("fold_0/training_log_2026_1_1_00_00_00.txt");
  rerun["fold_0/training_log_2027_1_1_00_00_00.txt"] = log("2027-01-01 00:00:00", "0.5");
  EXPECT_THAT(rerun_findings(undisturbed(), rerun), IsEmpty());
}

TEST(RerunFindings, EverythingElseIs) {
  Files rerun = undisturbed();
  rerun["plans.json"] = "{";
  rerun["left.json"] = "{}";
  rerun["fold_0/checkpoint_best.pth"] = checkpoint("abcD", 0.5, 1.7e9);
  rerun["fold_0/checkpoint_final.pth"] = checkpoint("efgh", 0.125, 1.7e9);
  rerun["fold_0/training_log_2027_1_1_00_00_00.txt"] = log("2027-01-01 00:00:00", "0.6");
  EXPECT_THAT(rerun_findings(undisturbed(), rerun),
              ElementsAre("fold_0/checkpoint_best.pth: entries differ: a/data/0, a/data/0",
                          "fold_0/checkpoint_final.pth: entries differ: a/data.pkl, a/data.pkl",
                          "plans.json: differs", "left.json: is not there after an undisturbed run",
                          "training log: fold_0/Epoch 0 : is missing or has other values"));
  EXPECT_THAT(rerun_findings({{"plans.json", "{}"}}, {}), ElementsAre("plans.json: is missing"));
}

TEST(KilledFindings, WhatIsThereIsFinal) {
  const Files killed{
      {"plans.json", "{}"},
      {".fold_0.nnflow-tmp/17-0/checkpoint_final.pth", "PK"},
      {"fold_0/checkpoint_latest.pth", checkpoint("....", 0.75, 1.7e9)},
      {"fold_0/training_log_2027_1_1_00_00_00.txt", "2027-01-01 00:00:00: Epoch 0 \n"}};
  EXPECT_THAT(killed_findings(undisturbed(), killed), IsEmpty());
}

TEST(KilledFindings, PartsOfFilesAreFound) {
  const std::string& whole = undisturbed().at("fold_0/checkpoint_final.pth");
  const Files killed{{"plans.json", "{"},
                     {"plans.json.part", "{"},
                     {"fold_0/checkpoint_best.pth", checkpoint("abc", 0.5, 1.7e9)},
                     {"fold_0/checkpoint_final.pth", whole.substr(0, whole.size() / 2)},
                     {"fold_0/checkpoint_latest.pth", whole.substr(0, whole.size() - 1)}};
  EXPECT_THAT(
      killed_findings(undisturbed(), killed),
      ElementsAre("fold_0/checkpoint_best.pth: entry a/data/0 is missing or has another size",
                  "fold_0/checkpoint_final.pth: not a whole archive",
                  "fold_0/checkpoint_latest.pth: not a whole archive", "plans.json: differs",
                  "plans.json.part: is not there after an undisturbed run"));
}

TEST(Temporaries, AreFoundEvenWhenEmpty) {
  const TempDir folder;
  write_file(folder / "out/.fold_0.nnflow-tmp/17-0/a.json", "{");
  std::filesystem::create_directories(folder / "cache/.8c.nnflow-tmp");
  write_file(folder / "out/a.json", "{}");
  EXPECT_THAT(temporaries(folder.path()),
              testing::UnorderedElementsAre("out/.fold_0.nnflow-tmp", "cache/.8c.nnflow-tmp"));
}

}  // namespace
}  // namespace nnflow::test
