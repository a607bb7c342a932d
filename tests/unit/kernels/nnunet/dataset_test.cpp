// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "nnflow/nnunet/dataset.hpp"

#include <gtest/gtest.h>

#include "expect_error.hpp"
#include "support/shared.hpp"
#include "support/temp_dir.hpp"

namespace nnflow::nnunet {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kGood =
    R"({"channel_names": {"0": "T1", "1": "CT"}, "labels": {"background": 0, "a": 1},
  "numTraining": 2, "file_ending": ".nii.gz", "custom": [1.0]})";

DatasetDescription parse(const std::string& text,
                         const std::filesystem::path& folder = "/d/Dataset001_x") {
  return DatasetDescription::from_json(parse_json(text, "t"), folder, "dataset.json");
}

/// A raw data set with two complete cases.
class RawDataset : public testing::Test {
 protected:
  void SetUp() override {
    root_ = folder_ / "Dataset001_x";
    test::write_file(root_ / "dataset.json", kGood);
    for (const char* const name : {"b_0000", "b_0001", "a_10_0000", "a_10_0001"}) {
      test::write_file(root_ / "imagesTr" / (std::string(name) + ".nii.gz"), "");
    }
    test::write_file(root_ / "imagesTr" / "notes.txt", "");
    for (const char* const name : {"b", "a_10"}) {
      test::write_file(root_ / "labelsTr" / (std::string(name) + ".nii.gz"), "");
    }
  }
  test::TempDir folder_;
  std::filesystem::path root_;
};

TEST(DatasetDescription, ReadsAllFields) {
  const auto dataset = parse(kGood);
  EXPECT_EQ(dataset.name, "Dataset001_x");
  EXPECT_THAT(dataset.channels, ElementsAre(Channel{"0", "T1"}, Channel{"1", "CT"}));
  EXPECT_EQ(dataset.num_training, 2);
  EXPECT_EQ(dataset.file_ending, ".nii.gz");
  EXPECT_EQ(dataset.num_label_keys(), 2);
  EXPECT_FALSE(dataset.overwrite_image_reader_writer);
  EXPECT_EQ(dataset.json["custom"][0].get<double>(), 1.0);
}

TEST(DatasetDescription, AcceptsTheOldModalityKey) {
  const auto dataset = parse(
      R"({"modality": {"0": "CT"}, "labels": {"background": 0}, "numTraining": 1, "file_ending": ".png"})");
  EXPECT_THAT(dataset.channels, ElementsAre(Channel{"0", "CT"}));
  EXPECT_THAT(integrity_findings(dataset), Contains(HasSubstr("channel_names")));
}

TEST(DatasetDescription, RefusesTwoCountsOfChannels) {
  Json json = parse_json(R"({"channel_names": {"0": "CT"}, "modality": {"0": "CT"},
      "labels": {"background": 0, "a": 1}, "numTraining": 1, "file_ending": ".nii.gz"})",
                         "t");
  EXPECT_EQ(DatasetDescription::from_json(json, {}, "t").channels.size(), 1U);
  json["modality"]["1"] = "PET";
  try {
    (void)DatasetDescription::from_json(json, {}, "t");
    FAIL() << "expected an error";
  } catch (const Error& error) {
    EXPECT_STREQ(
        error.what(),
        "t: key 'modality' is {\"0\": \"CT\", \"1\": \"PET\"}, expected as many channels as "
        "'channel_names' has, or no such key");
  }
}

TEST(DatasetDescription, TreatsNoneAsNoReader) {
  const std::string head =
      R"({"channel_names": {"0": "CT"}, "labels": {"background": 0}, "numTraining": 1, "file_ending": ".png",)";
  EXPECT_FALSE(
      parse(head + R"("overwrite_image_reader_writer": "None"})").overwrite_image_reader_writer);
  EXPECT_EQ(parse(head + R"("overwrite_image_reader_writer": "NibabelIO"})")
                .overwrite_image_reader_writer,
            "NibabelIO");
}

TEST(DatasetDescription, ReportsEveryMistakeWithFileKeyAndValue) {
  const std::string message = message_of(ErrorCode::kInvalidData, [] {
    return parse(
        R"({"channel_names": [], "labels": {"a": 1}, "numTraining": "x", "file_ending": 3})");
  });
  EXPECT_THAT(message,
              AllOf(HasSubstr("dataset.json: key 'channel_names' is []"),
                    HasSubstr("dataset.json: key 'labels.background' is missing"),
                    HasSubstr("dataset.json: key 'numTraining' is \"x\", expected an integer"),
                    HasSubstr("dataset.json: key 'file_ending' is 3, expected a text")));
  EXPECT_THAT(message_of(ErrorCode::kInvalidData, [] { return parse("[]"); }),
              HasSubstr("expected an object"));
}

TEST(DatasetDescription, ExpandsTheExplicitList) {
  setenv("NNFLOW_TEST_ROOT", "/data", 1);
  const auto dataset = parse(
      R"({"channel_names": {"0": "CT"}, "labels": {"background": 0}, "numTraining": 1, "file_ending": ".nii.gz",
      "dataset": {"z": {"images": ["${NNFLOW_TEST_ROOT}/z.nii.gz"], "label": "sub/../z.nii.gz"},
                  "a": {"images": ["$NNFLOW_TEST_ROOT/a.nii.gz"], "label": "a.nii.gz"}}})",
      "/d");
  ASSERT_TRUE(dataset.explicit_cases);
  EXPECT_THAT(*dataset.explicit_cases,
              ElementsAre(CaseFiles{"z", {"/data/z.nii.gz"}, "/d/z.nii.gz"},
                          CaseFiles{"a", {"/data/a.nii.gz"}, "/d/a.nii.gz"}));
  EXPECT_THAT(integrity_findings(dataset),
              AllOf(Contains(HasSubstr("numTraining")),
                    Contains(HasSubstr("/data/z.nii.gz does not exist")),
                    Contains(HasSubstr("label /d/a.nii.gz does not exist"))));
  EXPECT_THROW(static_cast<void>(parse(
                   R"({"channel_names": {"0": "CT"}, "labels": {"background": 0}, "numTraining": 1,
    "file_ending": ".nii.gz", "dataset": {"z": {"images": []}, "y": 3}})")),
               Error);
}

TEST_F(RawDataset, FindsCasesSortedById) {
  const auto dataset = DatasetDescription::read_folder(root_);
  EXPECT_EQ(dataset.folder, root_);
  const auto cases = training_cases(dataset);
  ASSERT_EQ(cases.size(), 2U);
  EXPECT_EQ(cases[0].id, "a_10");
  EXPECT_EQ(cases[0].images[1], root_ / "imagesTr/a_10_0001.nii.gz");
  EXPECT_EQ(cases[1].label, root_ / "labelsTr/b.nii.gz");
  EXPECT_THAT(integrity_findings(dataset), IsEmpty());
}

TEST_F(RawDataset, ListsEverythingThatIsMissing) {
  std::filesystem::remove(root_ / "imagesTr/b_0000.nii.gz");
  std::filesystem::remove(root_ / "labelsTr/a_10.nii.gz");
  test::write_file(root_ / "imagesTr/c_0000.nii.gz", "");
  test::write_file(root_ / "imagesTr/c_0002.nii.gz", "");
  EXPECT_THAT(
      integrity_findings(DatasetDescription::read_folder(root_)),
      AllOf(Contains(HasSubstr("case b: 1 image files, expected 2")),
            Contains(HasSubstr("a_10.nii.gz does not exist")), Contains(HasSubstr("but 3 cases")),
            Contains(HasSubstr("case c: channel 1 is c_0002.nii.gz, expected c_0001.nii.gz"))));
  std::filesystem::remove_all(root_ / "labelsTr");
  std::filesystem::remove_all(root_ / "imagesTr");
  EXPECT_THAT(integrity_findings(DatasetDescription::read_folder(root_)),
              ElementsAre(HasSubstr("imagesTr"), HasSubstr("labelsTr")));
}

TEST_F(RawDataset, RefusesFilesWithoutChannelNumber) {
  test::write_file(root_ / "imagesTr/plain.nii.gz", "");
  EXPECT_THAT(message_of(ErrorCode::kInvalidData,
                         [&] { return training_cases(DatasetDescription::read_folder(root_)); }),
              HasSubstr("channel number"));
}

TEST(DatasetDescription, FindsGapsInTheLabels) {
  const auto dataset = parse(R"({"channel_names": {"0": "CT"}, "labels": {"background": 0, "a": 2},
    "numTraining": 0, "file_ending": ".nii.gz"})");
  EXPECT_THAT(integrity_findings(dataset), Contains(HasSubstr("has the value 2 where 1")));
}

TEST(DatasetJson, IsReadBack) {
  DatasetJsonFields fields;
  fields.channel_names = {"CT"};
  fields.labels = {{"background", {{0}, false}}, {"all", {{1, 2}, true}}, {"b", {{2}, false}}};
  fields.num_training = 3;
  fields.file_ending = ".nii.gz";
  fields.regions_class_order = {1, 2};
  const auto dataset = DatasetDescription::from_json(make_dataset_json(fields), "/d", "t");
  EXPECT_EQ(dataset.labels.foreground_regions().size(), 2U);
  EXPECT_EQ(dataset.num_training, 3);
}

}  // namespace
}  // namespace nnflow::nnunet
