// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// Making raw data sets: conversion from the Decathlon and the generator of dataset.json, compared
// with what nnU-Net writes (tests/golden/convert/make_convert.py).
#include <gtest/gtest.h>
#include <zlib.h>

#include <array>
#include <filesystem>
#include <map>
#include <string>

#include "program.hpp"
#include "support/shared.hpp"
#include "support/temp_dir.hpp"

namespace nnflow::test {
namespace {

namespace fs = std::filesystem;

fs::path golden() { return NNFLOW_SOURCE_DIR "/tests/golden/convert"; }

/// What a compressed file holds.
std::string unpacked(const fs::path& path) {
  const gzFile file = gzopen(path.c_str(), "rb");
  std::string bytes;
  std::array<char, 4096> part{};
  int count = 0;
  while (file != nullptr && (count = gzread(file, part.data(), part.size())) > 0) {
    bytes.append(part.data(), static_cast<std::size_t>(count));
  }
  if (file != nullptr) gzclose(file);
  return bytes;
}

/// The files below a folder: images unpacked, as the packed bytes depend on the version of zlib,
/// and without the byte of the header that says whether time, of which they have none, is in
/// seconds.
std::map<std::string, std::string> contents(const fs::path& folder) {
  std::map<std::string, std::string> files = tree(folder);
  for (auto& [name, bytes] : files) {
    if (!name.ends_with(".gz")) continue;
    bytes = unpacked(folder / name);
    bytes.at(123) = '\0';
  }
  return files;
}

class Convert : public testing::Test {
 protected:
  [[nodiscard]] Answer run_here(Words words) const {
    words.insert(words.end(), {"--threads", "1", "--run-dir", record().string()});
    return run_nnflow(words);
  }
  /// The message of a run that is refused, without the part that every run has.
  [[nodiscard]] std::string refused(const Words& words) const {
    const Answer answer = run_here(words);
    EXPECT_NE(answer.code, 0);
    return answer.text;
  }
  [[nodiscard]] fs::path copied(const std::string& name) const {
    fs::copy(golden() / name, folder_ / name, fs::copy_options::recursive);
    return folder_ / name;
  }
  [[nodiscard]] fs::path out() const { return folder_ / "raw"; }
  [[nodiscard]] fs::path record() const { return folder_ / "record"; }

  const TempDir folder_;
};

void expect_contains(const std::string& text, const std::string& part) {
  EXPECT_NE(text.find(part), std::string::npos) << text << "\nlacks " << part;
}

TEST_F(Convert, MsdImagesOfSeveralChannelsAreSplitAsNnunetDoes) {
  const Words words{"convert_msd", "-i", (golden() / "Task07_Small").string(), "-o",
                    out().string()};
  const Answer answer = run_here(words);
  ASSERT_EQ(answer.code, 0) << answer.text;
  const auto expected = contents(golden() / "Dataset007_Small");
  ASSERT_EQ(expected.size(), 9U);
  EXPECT_EQ(unequal(contents(out() / "Dataset007_Small"), expected), Words{});
  EXPECT_EQ(unequal(expected, contents(out() / "Dataset007_Small")), Words{});

  ASSERT_EQ(run_here(words).code, 0) << "a conversion may be given again";
  EXPECT_EQ(counter(record(), "train_images", "kept"), 2);
  EXPECT_EQ(counter(record(), "test_images", "kept"), 1);
  fs::remove(out() / "Dataset007_Small/dataset.json");
  fs::remove(out() / "Dataset007_Small/imagesTr/small_01_0001.nii.gz");
  ASSERT_EQ(run_here(words).code, 0) << "and an interrupted one goes on";
  EXPECT_EQ(unequal(expected, contents(out() / "Dataset007_Small")), Words{});
}

TEST_F(Convert, MsdImagesOfOneChannelAreCopiedUnderTheNumberGiven) {
  const Answer answer = run_here({"convert_MSD_dataset", "-i", (golden() / "Task08_Flat/").string(),
                                  "-overwrite_id", "312", "-o", out().string()});
  ASSERT_EQ(answer.code, 0) << answer.text;
  EXPECT_EQ(tree(out() / "Dataset312_Flat"), tree(golden() / "Dataset312_Flat"));
}

TEST_F(Convert, MsdGoesToTheRawFolderAndOpens) {
  fs::create_directory(out());
  const std::string raw = "nnUNet_raw=" + out().string();
  const fs::path source = golden() / "Task07_Small";
  const Answer answer = run({"env", raw, program().string(), "convert_msd", "-i", source.string(),
                             "--quiet", "--run-dir", record().string()});
  ASSERT_EQ(answer.code, 0) << answer.text;
  EXPECT_EQ(answer.text, "");
  const Answer opened = run({"env", raw, program().string(), "fingerprint", "-d", "7", "-o",
                             (folder_ / "work").string(), "--quiet", "--threads", "1", "--run-dir",
                             (folder_ / "record2").string()});
  EXPECT_EQ(opened.code, 0) << opened.text;
}

TEST_F(Convert, MsdNamesWhatItCannotConvert) {
  const fs::path task = copied("Task07_Small");
  const auto converted = [&](const fs::path& source, const Words& more = {}) {
    Words words{"convert_msd", "-i", source.string(), "-o", out().string()};
    words.insert(words.end(), more.begin(), more.end());
    return refused(words);
  };
  for (const std::string name : {"Small", "Task07", "Task07_", "Taskx_Small", "Task07_Small_Two"}) {
    expect_contains(converted(folder_ / name),
                    (folder_ / name).string() +
                        ": expected a folder of the Decathlon, named like Task04_Hippocampus");
  }
  fs::create_directories(folder_ / "Task01_Empty/labelsTr");
  expect_contains(
      converted(folder_ / "Task01_Empty"),
      (folder_ / "Task01_Empty").string() +
          ": is no data set of the Decathlon, it has no imagesTr imagesTs dataset.json");
  expect_contains(converted(task, {"-overwrite_id", "1000"}),
                  "params.id: expected integer in [-1, 999], got 1000");

  const std::string json = read_file(task / "dataset.json");
  const std::string source = (task / "dataset.json").string();
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string text = json;
    text.replace(text.find(from), from.size(), to);
    write_file(task / "dataset.json", text);
    const std::string message = converted(task);
    write_file(task / "dataset.json", json);
    return message;
  };
  expect_contains(with("modality", "channels"),
                  source +
                      ": key 'modality' is missing, expected an object such as {\"0\": "
                      "\"...\"}; is this a data set of the Decathlon or of nnU-Net v1?");
  expect_contains(with(R"("1": "PZ")", R"("PZ": 1)"),
                  source + ": labels.PZ is 1, expected a number with a name");
  expect_contains(with(R"("1": "PZ")", R"("1": "background")"),
                  source + ": labels.1 is \"background\", expected a name that no other label has");
  fs::remove(task / "imagesTs/small_02.nii.gz");  // any item may be the first that fails
  fs::remove(task / "imagesTr/small_01.nii.gz");
  expect_contains(with(R"("1": "ADC")", R"("1": "ADC", "2": "DCE")"),
                  (task / "imagesTr/small_00.nii.gz").string() +
                      ": image has 2 channels, dataset.json declares 3");

  fs::rename(task / "labelsTr/small_00.nii.gz", folder_ / "label");
  expect_contains(
      converted(task),
      "case small_00: label " + (task / "labelsTr/small_00.nii.gz").string() + " does not exist");
  fs::rename(folder_ / "label", task / "labelsTr/small_00.nii.gz");
  fs::resize_file(task / "imagesTr/small_00.nii.gz", 300);
  expect_contains(converted(task), (task / "imagesTr/small_00.nii.gz").string());
  EXPECT_FALSE(fs::exists(out() / "Dataset007_Small/dataset.json")) << "nothing is finished";
}

TEST_F(Convert, MsdNamesWhereItCannotWrite) {
  const std::string source = (golden() / "Task07_Small").string();
  expect_contains(refused({"convert_msd", "-i", source}), "nnUNet_raw");
  write_file(folder_ / "plain", "");
  const std::string below = (folder_ / "plain").string();
  expect_contains(refused({"convert_msd", "-i", source, "-o", below}), below);
}

TEST_F(Convert, MsdRefusesATakenNumber) {
  const Words words{"convert_msd", "-i", (golden() / "Task07_Small").string(), "-o",
                    out().string()};
  const auto message = [&](const fs::path& other) {
    return "the number of Dataset007_Small is taken by " + other.string() + "; expected a free one";
  };
  fs::create_directories(out() / "Dataset007_Other");
  expect_contains(refused(words), message(out() / "Dataset007_Other"));
  fs::remove(out() / "Dataset007_Other");
  write_file(out() / "Dataset007_Small/dataset.json", "{}");
  expect_contains(refused(words), message(out() / "Dataset007_Small"));
  EXPECT_EQ(read_file(out() / "Dataset007_Small/dataset.json"), "{}");
  fs::remove_all(out());
  fs::create_directories(folder_ / "results/Dataset007_Other");
  const Answer answer = run({"env", "nnUNet_results=" + (folder_ / "results").string(),
                             program().string(), "convert_msd", "-i", words[2], "-o", words[4],
                             "--quiet", "--run-dir", record().string()});
  EXPECT_NE(answer.code, 0);
  expect_contains(answer.text, message(folder_ / "results/Dataset007_Other"));
}

/// The small Decathlon-like data set as nnU-Net v1 would have it: one file a channel.
class ConvertV1 : public Convert {
 protected:
  void SetUp() override {
    source_ = copied("Dataset007_Small");
    fs::copy(golden() / "Task07_Small/dataset.json", source_ / "dataset.json",
             fs::copy_options::overwrite_existing);
  }
  [[nodiscard]] Words words(const std::string& name) const {
    return {"convert_old_nnUNet_dataset", source_.string(), name, "-o", (folder_ / "raw").string()};
  }
  fs::path source_;
};

TEST_F(ConvertV1, FilesAreCopiedAndTheDescriptionIsAsNnunetWritesIt) {
  const Answer answer = run_here(words("Dataset107_Small"));
  ASSERT_EQ(answer.code, 0) << answer.text;
  const fs::path made = folder_ / "raw/Dataset107_Small";
  EXPECT_EQ(read_file(made / "dataset.json"), read_file(golden() / "generated/v1.json"));
  for (const char* name : {"imagesTr/small_00_0000.nii.gz", "imagesTr/small_01_0001.nii.gz",
                           "imagesTs/small_02_0001.nii.gz", "labelsTr/small_01.nii.gz"}) {
    EXPECT_EQ(read_file(made / name), read_file(source_ / name)) << name;
  }
  EXPECT_EQ(run_here(words("Dataset107_Small")).code, 0) << "the same command goes on";
}

TEST_F(ConvertV1, WhatDoesNotFitIsNamed) {
  expect_contains(refused(words("Task107_Small")), "name: got 'Task107_Small', expected Dataset");
  fs::create_directories(folder_ / "raw/Dataset107_Other");
  expect_contains(refused(words("Dataset107_Small")), "the number of Dataset107_Small is taken by");
  fs::remove(source_ / "dataset.json");
  fs::remove_all(source_ / "labelsTr");
  expect_contains(refused(words("Dataset108_Small")),
                  "is no data set of nnU-Net v1, it has no labelsTr dataset.json");
}

class Generate : public Convert {
 protected:
  void SetUp() override {
    data_ = copied("Dataset007_Small");
    fs::remove(data_ / "dataset.json");
  }
  [[nodiscard]] Words words(const Words& more) const {
    Words words{"generate_dataset_json", data_.string(), "--channel-names", "T2", "ADC"};
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }
  fs::path data_;
};

TEST_F(Generate, LabelsAreWrittenAsNnunetDoes) {
  const Answer answer = run_here(
      words({"--labels", "PZ", "TZ", "--licence", "CC-BY-SA 4.0", "--converted-by", "J\u00f6rg"}));
  ASSERT_EQ(answer.code, 0) << answer.text;
  EXPECT_EQ(read_file(data_ / "dataset.json"), read_file(golden() / "generated/labels.json"));
}

TEST_F(Generate, RegionsAndTextsAreWrittenAsNnunetDoes) {
  const Answer answer = run_here(words({"--labels",
                                        "background=0",
                                        "prostate=1,2",
                                        "TZ=2",
                                        "ignore=3",
                                        "--regions-class-order",
                                        "1",
                                        "2",
                                        "--licence",
                                        "CC-BY-SA 4.0",
                                        "--converted-by",
                                        "J\u00f6rg",
                                        "--name",
                                        "Small",
                                        "--reference",
                                        "none",
                                        "--release",
                                        "1.0",
                                        "--description",
                                        "for \"tests\"",
                                        "--reader-writer",
                                        "SimpleITKIO"}));
  ASSERT_EQ(answer.code, 0) << answer.text;
  EXPECT_EQ(read_file(data_ / "dataset.json"), read_file(golden() / "generated/regions.json"));
}

TEST_F(Generate, CitationsAreOneTextOrSeveral) {
  ASSERT_EQ(run_here(words({"--labels", "PZ", "TZ", "--citation", "A"})).code, 0);
  expect_contains(read_file(data_ / "dataset.json"), "\"citation\": \"A\"");
  ASSERT_EQ(run_here(words({"--labels", "PZ", "TZ", "--citation", "A", "B", "--overwrite"})).code,
            0);
  expect_contains(read_file(data_ / "dataset.json"),
                  "\"citation\": [\n        \"A\",\n        \"B\"\n    ]");
}

TEST_F(Generate, ADescriptionThatSaysSomethingElseIsNotReplaced) {
  ASSERT_EQ(run_here(words({"--labels", "PZ", "TZ", "--licence", "A"})).code, 0);
  const std::string made = read_file(data_ / "dataset.json");
  EXPECT_EQ(run_here(words({"--labels", "PZ", "TZ", "--licence", "A"})).code, 0);
  const std::string text = refused(words({"--labels", "PZ", "TZ", "--licence", "B"}));
  expect_contains(text, (data_ / "dataset.json").string() +
                            ": is there, and this run would change "
                            "it:\n  licence was \"A\", is \"B\"\n");
  expect_contains(text, "--overwrite");
  EXPECT_EQ(read_file(data_ / "dataset.json"), made);
  ASSERT_EQ(run_here(words({"--labels", "PZ", "TZ", "--licence", "B", "--overwrite"})).code, 0);
  expect_contains(read_file(data_ / "dataset.json"), "\"licence\": \"B\"");
}

TEST_F(Generate, WhatDoesNotFitIsNamedAndNothingIsWritten) {
  expect_contains(refused(words({"--labels", "PZ=x"})),
                  "labels: got 'PZ=x', expected NAME, NAME=1 or NAME=1,2,3");
  expect_contains(refused(words({"--labels", "PZ=1,"})), "labels: got 'PZ=1,'");
  expect_contains(refused(words({"--labels", "=1"})), "labels: got '=1'");
  expect_contains(refused(words({"--labels", "PZ", "PZ"})), "labels: 'PZ' is named twice");
  expect_contains(refused(words({"--labels", "prostate=1,2", "TZ=2"})),
                  "key 'regions_class_order' is missing, expected a list of 2 labels");
  expect_contains(refused(words({"--labels", "PZ=1", "TZ=3"})),
                  data_.string() + ": the data set is inconsistent");
  expect_contains(refused(words({"--labels", "background=1", "TZ=2"})),
                  "key 'labels.background' is 1, expected 0");
  expect_contains(refused(words({"--labels", "PZ", "TZ", "--file-ending", "nii.gz"})),
                  "file_ending");
  fs::remove(data_ / "imagesTr/small_00_0001.nii.gz");
  fs::remove(data_ / "labelsTr/small_01.nii.gz");
  const std::string text = refused(words({"--labels", "PZ", "TZ"}));
  expect_contains(text, "small_00");
  expect_contains(text, (data_ / "labelsTr/small_01.nii.gz").string());
  EXPECT_FALSE(fs::exists(data_ / "dataset.json"));
  EXPECT_EQ(run_here(words({"--labels", "PZ", "TZ", "--no-check"})).code, 0);
  EXPECT_TRUE(fs::exists(data_ / "dataset.json"));
}

}  // namespace
}  // namespace nnflow::test
