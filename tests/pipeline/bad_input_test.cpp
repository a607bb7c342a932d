// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// Data that is wrong or out of reach: one message that says where and what, exit code 3, no output.
#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <filesystem>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "nnflow/imaging/image_io.hpp"
#include "program.hpp"
#include "support/shared.hpp"
#include "support/temp_dir.hpp"

namespace nnflow::test {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t kVoxels = 352;  ///< where the voxels of a NIfTI file begin

class BadInput : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    made_ = std::make_unique<TempDir>();
    const Answer plain = make_phantoms(*made_ / "plain", 3, ".nii");
    ASSERT_EQ(plain.code, 0) << plain.text;
    const Answer packed = make_phantoms(*made_ / "packed", 3);
    ASSERT_EQ(packed.code, 0) << packed.text;
  }
  static void TearDownTestSuite() { made_.reset(); }

  void use(const std::string& name) const {
    fs::copy(*made_ / name, data_, fs::copy_options::recursive);
  }
  void write(const std::string& name, const std::string& bytes) const {
    write_file(data_ / name, bytes);
  }
  [[nodiscard]] std::string read(const std::string& name) const { return read_file(data_ / name); }
  void replace(const std::string& name, const std::string& from, const std::string& to) const {
    std::string text = read(name);
    const std::size_t at = text.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    write(name, text.replace(at, from.size(), to));
  }
  void put(const std::string& name, std::size_t at, const std::string& bytes) const {
    std::string text = read(name);
    ASSERT_LE(at + bytes.size(), text.size());
    write(name, text.replace(at, bytes.size(), bytes));
  }

  /// Runs the fingerprint; expects its failure with `messages`, those of bad cases followed by
  /// their count, and no file in the output folder.
  void expect(const std::vector<std::string>& messages, const Cage& cage = {}) const {
    const Answer answer = run_nnflow({"fingerprint", "-d", data_.string(), "-o", out_.string(),
                                      "--threads", "1", "--run-dir", (folder_ / "record").string()},
                                     cage);
    std::string text;
    for (const std::string& message : messages) {
      text += "nnflow fingerprint: error: ";
      text += message + "\n";
    }
    if (messages.front().starts_with("stage read: ")) {
      text += "nnflow fingerprint: error: stage collect: data set Dataset902_Bad: " +
              std::to_string(messages.size()) + " of " + std::to_string(cases()) +
              " cases cannot be used; what is wrong with each is told above\n";
    }
    EXPECT_EQ(answer.text, text);
    EXPECT_EQ(answer.code, 3);
    EXPECT_TRUE(tree(out_).empty());
  }
  void expect(const std::string& message, const Cage& cage = {}) const {
    expect(std::vector<std::string>{message}, cage);
  }
  [[nodiscard]] std::size_t cases() const { return children(data_ / "labelsTr").size(); }
  [[nodiscard]] std::string at(const std::string& name) const { return (data_ / name).string(); }

  const TempDir folder_;
  const fs::path data_ = folder_ / "Dataset902_Bad";
  const fs::path out_ = folder_ / "out";
  static inline std::unique_ptr<TempDir> made_;
};

/// The size that a NIfTI header states, as messages say it.
std::string shape(const std::string& bytes) {
  std::array<std::int16_t, 3> xyz{};
  std::memcpy(xyz.data(), bytes.data() + 42, sizeof xyz);
  return std::to_string(xyz[2]) + " x " + std::to_string(xyz[1]) + " x " + std::to_string(xyz[0]) +
         " voxels (z, y, x)";
}

TEST_F(BadInput, DataSetFolderMissing) {
  expect("stage dataset: " + data_.string() + ": the data set's folder does not exist");
}

TEST_F(BadInput, DatasetJsonMissing) {
  fs::create_directory(data_);
  expect("stage dataset: " + at("dataset.json") + ": cannot open: No such file or directory");
}

TEST_F(BadInput, DatasetJsonBroken) {
  use("plain");
  write("dataset.json", "{\"labels\": \n");
  expect("stage dataset: " + at("dataset.json") + ":2:1: not valid JSON: expected a value");
}

TEST_F(BadInput, DatasetJsonWithoutNeededKeys) {
  use("plain");
  write("dataset.json", "{\"channel_names\": {\"0\": \"MRI\"}, \"numTraining\": 3}");
  expect("stage dataset: " + at("dataset.json") +
         ": key 'labels' is missing, expected an object from names to integers\n" +
         at("dataset.json") + ": key 'file_ending' is missing, expected a text");
}

TEST_F(BadInput, DatasetJsonInconsistent) {
  use("plain");
  replace("dataset.json", "\"numTraining\": 3", "\"numTraining\": 5");
  expect("stage dataset: " + data_.string() + ": the data set is inconsistent\n  " +
         "key 'numTraining' is 5, but 3 cases were found: phantom_000, phantom_001, phantom_002");
}

TEST_F(BadInput, MissingLabelFile) {
  use("plain");
  fs::remove(data_ / "labelsTr/phantom_001.nii");
  expect("stage dataset: " + data_.string() + ": the data set is inconsistent\n  " +
         "case phantom_001: label " + at("labelsTr/phantom_001.nii") + " does not exist");
}

TEST_F(BadInput, MissingChannel) {
  use("plain");
  replace("dataset.json", "\"0\": \"MRI\"", "\"0\": \"MRI\", \"1\": \"T2\"");
  for (const char* id : {"000", "002"}) {
    const std::string begin = std::string("imagesTr/phantom_") + id;
    fs::copy(data_ / (begin + "_0000.nii"), data_ / (begin + "_0001.nii"));
  }
  expect("stage dataset: " + data_.string() + ": the data set is inconsistent\n  " +
         "case phantom_001: 1 image files, expected 2 channels");
}

TEST_F(BadInput, ChannelMissingInEveryCase) {
  use("plain");
  replace("dataset.json", "\"0\": \"MRI\"", "\"0\": \"MRI\", \"1\": \"T2\"");
  replace("dataset.json", "\"numTraining\": 3", "\"numTraining\": 1");
  for (const char* id : {"000", "002"}) {
    fs::remove(data_ / (std::string("imagesTr/phantom_") + id + "_0000.nii"));
    fs::remove(data_ / (std::string("labelsTr/phantom_") + id + ".nii"));
  }
  expect("stage read: item phantom_001: " + at("imagesTr/phantom_001_0000.nii") +
         ": the case has 1 channels in 1 files, dataset.json declares 2");
}

TEST_F(BadInput, UndeclaredLabelValue) {
  use("plain");
  put("labelsTr/phantom_002.nii", kVoxels + 100, "\7");
  expect("stage read: item phantom_002: " + at("labelsTr/phantom_002.nii") +
         ": label values 7 are not declared in dataset.json, which has 0, 1, 2");
}

TEST_F(BadInput, ImageAndLabelOfDifferentShape) {
  use("plain");
  fs::copy_file(data_ / "labelsTr/phantom_001.nii", data_ / "labelsTr/phantom_000.nii",
                fs::copy_options::overwrite_existing);
  const std::string image = at("imagesTr/phantom_000_0000.nii");
  put("labelsTr/phantom_000.nii", 76, read_file(image).substr(76, 32));  // of the same spacing
  ASSERT_NE(shape(read_file(image)), shape(read("labelsTr/phantom_000.nii")));
  expect("stage read: item phantom_000: " + at("labelsTr/phantom_000.nii") + ": shape " +
         shape(read("labelsTr/phantom_000.nii")) + " differs from " + shape(read_file(image)) +
         " of " + image);
}

TEST_F(BadInput, NanInAnImage) {
  use("plain");
  const std::string name = "imagesTr/phantom_001_0000.nii";
  std::array<std::int16_t, 3> xyz{};
  std::memcpy(xyz.data(), read(name).data() + 42, sizeof xyz);
  const auto width = static_cast<std::size_t>(xyz[0]);
  const auto height = static_cast<std::size_t>(xyz[1]);
  put(name, kVoxels + 4 * ((2 * height + 3) * width + 5), std::string("\0\0\xc0\x7f", 4));
  expect("stage read: item phantom_001: " + at(name) +
         ": NaN at voxel (z, y, x) = (2, 3, 5), expected finite values");
}

TEST_F(BadInput, NanInASegmentation) {
  use("plain");
  imaging::Volume values = imaging::read_image(data_ / "labelsTr/phantom_001.nii");
  values.voxels()[5] = std::numeric_limits<float>::quiet_NaN();
  imaging::write_image(data_ / "labelsTr/phantom_001.nii", values, ".nii");
  expect("stage read: item phantom_001: " + at("labelsTr/phantom_001.nii") +
         ": label value nan, expected integers from -32768 to 32767");
}

TEST_F(BadInput, SpacingOfASegmentation) {
  use("plain");
  imaging::LabelMap labels = imaging::read_labels(data_ / "labelsTr/phantom_001.nii");
  labels.geometry.spacing = {7.0, 8.0, 9.0};
  imaging::write_labels(data_ / "labelsTr/phantom_001.nii", labels, ".nii");
  const Answer answer = run_nnflow({"fingerprint", "-d", data_.string(), "-o", out_.string()});
  EXPECT_NE(answer.text.find("spacing 9 x 8 x 7 mm (z, y, x) differs from"), std::string::npos)
      << answer.text;
  EXPECT_EQ(answer.code, 3);
}

TEST_F(BadInput, EveryProblemOfEveryCase) {
  use("plain");
  const std::string first = "imagesTr/phantom_000_0000.nii";
  put(first, kVoxels, std::string("\0\0\xc0\x7f", 4));
  put("labelsTr/phantom_000.nii", kVoxels + 100, "\7");
  fs::resize_file(data_ / "labelsTr/phantom_001.nii",
                  fs::file_size(data_ / "labelsTr/phantom_001.nii") - 7);
  put("labelsTr/phantom_002.nii", kVoxels + 100, "\5");
  expect(std::vector<std::string>{
      "stage read: item phantom_000: " + at(first) +
          ": NaN at voxel (z, y, x) = (0, 0, 0), expected finite values\n  " +
          at("labelsTr/phantom_000.nii") +
          ": label values 7 are not declared in dataset.json, which has 0, 1, 2",
      "stage read: item phantom_001: " + at("labelsTr/phantom_001.nii") +
          ": file is truncated, 7 bytes are missing",
      "stage read: item phantom_002: " + at("labelsTr/phantom_002.nii") +
          ": label values 5 are not declared in dataset.json, which has 0, 1, 2"});
}

TEST_F(BadInput, PreparationStopsAtBadCasesToo) {
  use("plain");
  put("labelsTr/phantom_002.nii", kVoxels + 100, "\5");
  const Answer answer =
      run_nnflow({"plan_and_preprocess", "-d", data_.string(), "-o", out_.string(),
                  "--verify_dataset_integrity", "--run-dir", (folder_ / "record").string()});
  EXPECT_EQ(answer.code, 3);
  EXPECT_NE(answer.text.find("phantom_002.nii: label values 5 are not declared"), std::string::npos)
      << answer.text;
  EXPECT_TRUE(tree(out_).empty());
}

TEST_F(BadInput, FoldersMissing) {
  use("plain");
  fs::remove_all(data_ / "imagesTr");
  fs::remove_all(data_ / "labelsTr");
  expect("stage dataset: " + data_.string() + ": the data set is inconsistent\n  " +
         at("imagesTr") + ": the folder is missing\n  " + at("labelsTr") +
         ": the folder is missing");
}

TEST_F(BadInput, ListedFilesMissing) {
  use("plain");
  replace("dataset.json", "\"numTraining\": 3",
          R"("numTraining": 1, "dataset": {"p": {"images": ["no.nii"], "label": "none.nii"}})");
  expect("stage dataset: " + data_.string() + ": the data set is inconsistent\n  " +
         "case p: image " + at("no.nii") + " does not exist\n  case p: label " + at("none.nii") +
         " does not exist");
}

TEST_F(BadInput, LabelsWithAGap) {
  use("plain");
  replace("dataset.json", "\"background\": 0", "\"background\": 0, \"more\": 9");
  expect("stage dataset: " + data_.string() + ": the data set is inconsistent\n  " +
         "key 'labels' has the value 9 where 3 was expected: values must be consecutive");
}

TEST_F(BadInput, NoReaderForTheEnding) {
  use("plain");
  replace("dataset.json", "\"file_ending\": \".nii\"", "\"file_ending\": \".dat\"");
  for (const char* id : {"000", "001", "002"}) {
    const std::string name = std::string("phantom_") + id;
    fs::rename(data_ / ("imagesTr/" + name + "_0000.nii"),
               data_ / ("imagesTr/" + name + "_0000.dat"));
    fs::rename(data_ / ("labelsTr/" + name + ".nii"), data_ / ("labelsTr/" + name + ".dat"));
  }
  expect(
      "stage cases: data set Dataset902_Bad: no reader for file_ending \".dat\", expected one "
      "of .nii.gz .nii .nrrd .mha .gipl .png .bmp .tif .tiff");
}

TEST_F(BadInput, NoReaderOpensTheFirstImage) {
  use("plain");
  const std::string name = "imagesTr/phantom_000_0000.nii";
  write(name, "no image");
  const std::string reason = at(name) + ": file is truncated, 340 bytes are missing";
  expect("stage cases: data set Dataset902_Bad: no reader for " + at(name) +
         ", tried were\n  NibabelIO: " + reason + "\n  NibabelIOWithReorient: " + reason);
}

TEST_F(BadInput, TruncatedFile) {
  use("packed");
  const std::string name = "imagesTr/phantom_002_0000.nii.gz";
  fs::resize_file(data_ / name, fs::file_size(data_ / name) / 2);
  expect("stage read: item phantom_002: " + at(name) +
         ": file is truncated, its gzip stream ends early");
}

TEST_F(BadInput, TruncatedUncompressedFile) {
  use("plain");
  const std::string name = "labelsTr/phantom_002.nii";
  fs::resize_file(data_ / name, fs::file_size(data_ / name) - 7);
  expect("stage read: item phantom_002: " + at(name) + ": file is truncated, 7 bytes are missing");
}

TEST_F(BadInput, UnreadableFile) {
  use("plain");
  const std::string name = "imagesTr/phantom_001_0000.nii";
  fs::permissions(data_ / name, fs::perms::none);
  expect(
      "stage read: item phantom_001: " + at(name) + ": cannot open for reading: Permission denied",
      {.file_bytes = {}, .powerless = true});
}

TEST_F(BadInput, UnreadableDataSetFolder) {
  use("plain");
  fs::create_directory(folder_ / "locked");
  fs::rename(data_, folder_ / "locked/data");
  fs::permissions(folder_ / "locked", fs::perms::none);
  const fs::path data = folder_ / "locked/data";
  const Answer answer = run_nnflow({"fingerprint", "-d", data.string(), "-o", out_.string(),
                                    "--threads", "1", "--run-dir", (folder_ / "record").string()},
                                   {.file_bytes = {}, .powerless = true});
  fs::permissions(folder_ / "locked", fs::perms::owner_all);
  EXPECT_EQ(answer.text, "nnflow fingerprint: error: stage dataset: " + data.string() +
                             ": the data set's folder cannot be reached: Permission denied\n");
  EXPECT_EQ(answer.code, 3);
}

TEST_F(BadInput, OutputBelowARegularFile) {
  use("plain");
  write_file(folder_ / "file", "text");
  for (const bool own_record : {true, false}) {
    Words words{"fingerprint", "-d", data_.string(), "-o", (folder_ / "file/x").string(),
                "--threads",   "1"};
    std::string text;
    if (own_record) {
      words.insert(words.end(), {"--run-dir", (folder_ / "record").string()});
      text = "nnflow fingerprint: error: stage collect: " + (folder_ / "file/x").string() +
             "/nnUNet_preprocessed/Dataset902_Bad: cannot create the folder: Not a directory\n";
    }
    const Answer answer = run_nnflow(words);
    EXPECT_EQ(answer.code, 3);
    if (own_record) {
      EXPECT_EQ(answer.text, text);
    }
    EXPECT_TRUE(answer.text.ends_with("folder: Not a directory\n")) << answer.text;
  }
  EXPECT_EQ(read_file(folder_ / "file"), "text");
}

TEST_F(BadInput, OutputInALockedFolder) {
  use("plain");
  fs::create_directory(out_);
  fs::permissions(out_, fs::perms::none);
  expect("stage collect: " + out_.string() +
             "/nnUNet_preprocessed/Dataset902_Bad: cannot create the folder: Permission denied",
         {.file_bytes = {}, .powerless = true});
  const Answer answer =
      run_nnflow({"fingerprint", "-d", data_.string(), "-o", out_.string(), "--threads", "1"},
                 {.file_bytes = {}, .powerless = true});
  fs::permissions(out_, fs::perms::owner_all);
  EXPECT_EQ(answer.code, 3);
  EXPECT_TRUE(answer.text.starts_with("nnflow: error: " + out_.string() + "/.nnflow/"))
      << answer.text;
  EXPECT_TRUE(answer.text.ends_with(": cannot create the run folder: Permission denied\n"));
  EXPECT_TRUE(fs::is_empty(out_));
}

}  // namespace
}  // namespace nnflow::test
