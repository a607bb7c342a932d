// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>
#include <string>
#include <vector>

#include "nnflow/nnunet/dataset.hpp"
#include "nnflow/nnunet/splits.hpp"
#include "nnflow/testing.hpp"
#include "small_dataset.hpp"

namespace {
namespace fs = std::filesystem;
using nnflow::ErrorCode;
using nnflow::imaging::LabelMap;
using nnflow::imaging::Volume;
using nnflow::nnunet::CaseFiles;
using nnflow::nnunet::DatasetDescription;
using nnflow::test::error_of;
using nnflow::test::small_image;
using nnflow::test::small_labels;
using nnflow::test::SmallDataset;
using nnflow::test::write_file;
using nnflow::testing::Outputs;
using nnflow::testing::StageRunner;

DatasetDescription open_dataset(const std::string& dataset, const std::string& more = "") {
  StageRunner runner("io.open_dataset", "dataset: '" + dataset + "'\n" + more);
  return runner.finish().get<DatasetDescription>("dataset");
}

std::string opening_error(const std::string& dataset, ErrorCode code) {
  return error_of(code, [&] { (void)open_dataset(dataset); });
}

Outputs read_case(const SmallDataset& data,
                  const std::string& id,
                  std::vector<std::string>* log = nullptr) {
  const DatasetDescription dataset = DatasetDescription::read_folder(data.folder);
  for (const CaseFiles& files : nnflow::nnunet::training_cases(dataset)) {
    if (files.id != id) continue;
    StageRunner runner("io.read_case");
    runner.put("case", files).put("dataset", dataset).item(id);
    Outputs out = runner.run();
    if (log != nullptr) *log = runner.log();
    return out;
  }
  throw std::runtime_error("no such case");
}

std::string reading_error(const SmallDataset& data, ErrorCode code = ErrorCode::kInvalidData) {
  return error_of(code, [&] { (void)read_case(data, "a"); });
}

TEST(OpenDataset, TakesAFolderANameAndANumber) {
  const SmallDataset data;
  EXPECT_EQ(open_dataset(data.folder.string()).name, "Dataset901_Small");
  ::setenv("nnUNet_raw", data.folder.parent_path().c_str(), 1);
  EXPECT_EQ(open_dataset("Dataset901_Small").folder, data.folder);
  EXPECT_EQ(open_dataset("901").folder, data.folder);
  ::unsetenv("nnUNet_raw");
}

TEST(OpenDataset, TakesADatasetJsonByItself) {
  const SmallDataset data;
  const fs::path alone = data.folder.parent_path() / "model" / "dataset.json";
  write_file(alone, nnflow::test::read_file(data.json()));
  EXPECT_EQ(open_dataset(alone.string()).channels.size(), 2U);
}

TEST(OpenDataset, NamesAMissingFolder) {
  const SmallDataset data;
  const std::string missing = (data.folder / "nothing").string();
  EXPECT_EQ(opening_error(missing, ErrorCode::kIo),
            missing + ": the data set's folder does not exist");
}

TEST(OpenDataset, NamesAMissingFile) {
  const SmallDataset data;
  const std::string missing = (data.folder / "labelsTr/dataset.json").string();
  EXPECT_EQ(opening_error(missing, ErrorCode::kIo),
            missing + ": no such file; expected the dataset.json with the labels");
}

TEST(OpenDataset, ReportsABrokenDatasetJson) {
  const SmallDataset data;
  write_file(data.json(), "{\"labels\": ");
  EXPECT_TRUE(opening_error(data.folder.string(), ErrorCode::kInvalidData)
                  .starts_with(data.json().string() + ":"));
  fs::remove(data.json());
  EXPECT_TRUE(
      opening_error(data.folder.string(), ErrorCode::kIo).starts_with(data.json().string() + ":"));
}

TEST(OpenDataset, ReportsEveryInconsistencyAtOnce) {
  const SmallDataset data;
  fs::remove(data.label("a"));
  fs::remove(data.image("b", 1));
  write_file(
      data.json(),
      R"({"channel_names": {"0": "T1", "1": "T2"}, "labels": {"background": 0, "x": 1, "y": 2},)"
      R"( "numTraining": 7, "file_ending": ".nii.gz"})");
  EXPECT_EQ(opening_error(data.folder.string(), ErrorCode::kInvalidData),
            data.folder.string() +
                ": the data set is inconsistent\n"
                "  key 'numTraining' is 7, but 2 cases were found: a, b\n"
                "  case a: label " +
                data.label("a").string() +
                " does not exist\n"
                "  case b: 1 image files, expected 2 channels");
  EXPECT_EQ(open_dataset(data.folder.string(), "check: false").num_training, 7);
}

TEST(ListCases, EmitsEveryCaseWithDigestAndCost) {
  const SmallDataset data;
  StageRunner runner("io.list_cases");
  runner.put("dataset", DatasetDescription::read_folder(data.folder));
  const auto items = runner.drain();
  ASSERT_EQ(items.size(), 2U);
  EXPECT_EQ(items[0].item, "a");
  EXPECT_EQ(items[1].item, "b");
  EXPECT_EQ(items[0].get<CaseFiles>("case").images.size(), 2U);
  EXPECT_EQ(items[0].get<CaseFiles>("case").label, data.label("a"));
  EXPECT_EQ(items[0].info.bytes, 120U * (2U * 4U + 2U));
  EXPECT_EQ(items[0].info.digest.size(), 32U);
  EXPECT_EQ(items[0].info.digest, items[1].info.digest) << "the same content under another name";
}

TEST(ListCases, DigestFollowsTheContent) {
  const SmallDataset data;
  const auto digest = [&] {
    StageRunner runner("io.list_cases");
    runner.put("dataset", DatasetDescription::read_folder(data.folder));
    return runner.drain()[0].info.digest;
  };
  const std::string before = digest();
  EXPECT_EQ(digest(), before);
  LabelMap labels = small_labels();
  labels.voxels()[7] = 0;
  data.put_label("a", labels);
  EXPECT_NE(digest(), before);
  write_file(data.label("a"), "damaged");
  EXPECT_EQ(digest(), "") << "a case that cannot be read is not cached";
}

TEST(ListCases, TakesPartsAndNamedCases) {
  const SmallDataset data;
  const auto ids = [&](const std::string& params) {
    StageRunner runner("io.list_cases", params);
    runner.put("dataset", DatasetDescription::read_folder(data.folder));
    std::vector<std::string> result;
    for (const auto& item : runner.drain()) result.push_back(item.item);
    return result;
  };
  EXPECT_EQ(ids("parts: 2"), (std::vector<std::string>{"a"}));
  EXPECT_EQ(ids("part: 1\nparts: 2"), (std::vector<std::string>{"b"}));
  EXPECT_EQ(ids("cases: [b]"), (std::vector<std::string>{"b"}));
  EXPECT_EQ(error_of(ErrorCode::kInvalidParam, [&] { (void)ids("cases: [c]"); }),
            "cases: the data set has no case 'c'");
  EXPECT_THROW((void)ids("part: 2\nparts: 2"), nnflow::Error);
}

TEST(ListCases, RefusesTwoCasesOfOneName) {
  const SmallDataset data;
  auto dataset = DatasetDescription::read_folder(data.folder);
  const auto error = [&](const std::string& params) {
    StageRunner runner("io.list_cases", params);
    runner.put("dataset", dataset);
    return error_of(ErrorCode::kInvalidData, [&] { (void)runner.drain(); });
  };
  const std::string a = data.image("a", 0).string();
  EXPECT_EQ(error("cases: [a, b, a]"), "case a is listed twice, with " + a + " and with " + a);
  const fs::path other = data.folder / "more/a.nrrd";
  dataset.explicit_cases = {{"a", {data.image("a", 0)}, {}}, {"a", {other}, {}}};
  EXPECT_EQ(error(""), "case a is listed twice, with " + a + " and with " + other.string());
}

TEST(ListCases, SeeksToAnItem) {
  const SmallDataset data;
  StageRunner runner("io.list_cases", "labelled: false");
  runner.put("dataset", DatasetDescription::read_folder(data.folder));
  runner.seek(1);
  const auto items = runner.drain();
  ASSERT_EQ(items.size(), 1U);
  EXPECT_EQ(items[0].item, "b");
  EXPECT_FALSE(items[0].get<CaseFiles>("case").label);
}

TEST(ListImages, ListsAFolderAndRefusesAnEmptyOne) {
  const SmallDataset data;
  const std::string folder = (data.folder / "imagesTr").string();
  StageRunner runner("io.list_images", "folder: '" + folder + "'\nfile_ending: .nii.gz");
  const auto items = runner.drain();
  ASSERT_EQ(items.size(), 2U);
  EXPECT_EQ(items[0].get<CaseFiles>("case").images[1], data.image("a", 1));
  EXPECT_EQ(
      error_of(
          ErrorCode::kIo,
          [&] {
            StageRunner("io.list_images", "folder: '" + folder + "'\nfile_ending: .mha").drain();
          }),
      folder +
          ": no image ends with .mha, expected names such as case_0000.mha, or DICOM series in "
          "sub-folders; the files there end with .nii.gz (the ending is that of the data set; "
          "generate_dataset_json has --file-ending)");
  EXPECT_EQ(error_of(ErrorCode::kInvalidParam,
                     [&] { StageRunner("io.list_images", "folder: '" + folder + "'").drain(); }),
            "file_ending: expected an ending such as .nii.gz, or a data set to take it from");
}

TEST(ReadCase, StacksChannelsAndReadsTheLabel) {
  const SmallDataset data;
  Volume second = small_image();
  for (float& v : second.voxels()) v = -v;
  data.put_image("a", 1, second);
  const Outputs out = read_case(data, "a");
  const auto& image = out.get<Volume>("image");
  EXPECT_EQ(image.channels(), 2);
  EXPECT_EQ(image.spacing, (nnflow::imaging::Spacing3{2.5, 1.5, 1.0}));
  EXPECT_TRUE(std::ranges::equal(image.channel(1), second.voxels()));
  EXPECT_TRUE(std::ranges::equal(out.get<LabelMap>("label").voxels(), small_labels().voxels()));
}

TEST(ReadCase, EmitsNoLabelForACaseWithoutOne) {
  const SmallDataset data;
  StageRunner runner("io.read_case");
  runner.put("case", CaseFiles{"a", {data.image("a", 0)}, {}}).item("a");
  const Outputs out = runner.run();
  EXPECT_TRUE(out.has("image"));
  EXPECT_FALSE(out.has("label"));
}

TEST(ReadCase, NamesAMissingChannel) {
  const SmallDataset data;
  fs::remove(data.image("a", 1));
  EXPECT_EQ(reading_error(data),
            data.image("a", 0).string() +
                ": the case has 1 channels in 1 files, dataset.json declares 2");
}

TEST(ReadCase, NamesUndeclaredLabels) {
  const SmallDataset data;
  LabelMap labels = small_labels();
  labels.voxels()[0] = 7;
  labels.voxels()[1] = 3;
  data.put_label("a", labels);
  EXPECT_EQ(reading_error(data),
            data.label("a").string() +
                ": label values 3, 7 are not declared in dataset.json, which has 0, 1, 2");
}

TEST(ReadCase, RefusesOtherShapes) {
  const SmallDataset data;
  LabelMap labels(nnflow::imaging::Extent3{4, 6, 4});
  labels.geometry = small_image().geometry;
  data.put_label("a", labels);
  EXPECT_EQ(reading_error(data),
            data.label("a").string() +
                ": shape 4 x 6 x 4 voxels (z, y, x) differs from 4 x 6 x 5 voxels (z, y, x) of " +
                data.image("a", 0).string());
  data.put_label("a", small_labels());
  Volume image(1, {3, 6, 5});
  image.geometry = small_image().geometry;
  data.put_image("a", 1, image);
  EXPECT_EQ(reading_error(data),
            data.image("a", 1).string() +
                ": shape 3 x 6 x 5 voxels (z, y, x) differs from 4 x 6 x 5 voxels (z, y, x) of " +
                data.image("a", 0).string());
}

TEST(ReadCase, RefusesAnotherSpacingAndRemarksAnotherOrigin) {
  const SmallDataset data;
  LabelMap labels = small_labels();
  labels.geometry.origin[0] += 1.0;
  data.put_label("a", labels);
  std::vector<std::string> log;
  (void)read_case(data, "a", &log);
  ASSERT_EQ(log.size(), 1U);
  EXPECT_NE(log[0].find(data.label("a").string() + ": origin differs from that of " +
                        data.image("a", 0).string()),
            std::string::npos);
  labels.geometry.spacing[2] = 3.0;
  data.put_label("a", labels);
  EXPECT_EQ(reading_error(data),
            data.label("a").string() +
                ": spacing 3 x 1.5 x 1 mm (z, y, x) differs from 2.5 x 1.5 x 1 mm (z, y, x) of " +
                data.image("a", 0).string());
}

TEST(ReadCase, RefusesNan) {
  const SmallDataset data;
  Volume image = small_image();
  image.voxels()[37] = std::numeric_limits<float>::quiet_NaN();
  data.put_image("a", 1, image);
  EXPECT_EQ(
      reading_error(data),
      data.image("a", 1).string() + ": NaN at voxel (z, y, x) = (1, 1, 2), expected finite values");
}

TEST(ReadCase, RefusesATruncatedFile) {
  const SmallDataset data;
  const std::string whole = nnflow::test::read_file(data.image("a", 0));
  write_file(data.image("a", 0), whole.substr(0, whole.size() / 2));
  EXPECT_EQ(reading_error(data, ErrorCode::kIo),
            data.image("a", 0).string() + ": file is truncated, its gzip stream ends early");
}

TEST(ReadCase, NamesAMissingLabelFile) {
  const SmallDataset data;
  fs::remove(data.label("a"));
  EXPECT_EQ(reading_error(data, ErrorCode::kIo), data.label("a").string() + ": no such file");
}

TEST(ReadCase, ReadsAllColoursOfAPicture) {
  const SmallDataset data;
  const std::vector<std::uint8_t> rgb(27, 5);
  nnflow::imaging::write_png(data.folder / "p_0000.png", rgb, 3, 3);
  StageRunner runner("io.read_case");
  runner.put("case", CaseFiles{"p", {data.folder / "p_0000.png"}, {}}).item("p");
  EXPECT_EQ(runner.run().get<Volume>("image").channels(), 3);
}

TEST(ReadPair, ListsAndReadsPredictionsWithReferences) {
  const SmallDataset data;
  const std::string references = (data.folder / "labelsTr").string();
  const std::string predictions = (data.folder / "predicted").string();
  const std::string params =
      "predictions: '" + predictions + "'\nreferences: '" + references + "'\nfile_ending: .nii.gz";
  fs::create_directories(predictions);
  fs::copy(data.label("a"), predictions);
  EXPECT_EQ(error_of(ErrorCode::kIo, [&] { StageRunner("io.list_pairs", params).drain(); }),
            predictions + ": no prediction for the references b; --chill leaves them out");
  const auto pairs = StageRunner("io.list_pairs", params + "\nall_references: false").drain();
  ASSERT_EQ(pairs.size(), 1U);
  EXPECT_EQ(pairs[0].item, "a");
  // Without an ending, that of the first image among the references.
  std::ofstream(references + "/0.txt") << "no image";
  const std::string bare = "predictions: '" + predictions + "'\nreferences: '" + references + "'";
  EXPECT_EQ(error_of(ErrorCode::kIo,
                     [&] {
                       StageRunner("io.list_pairs", "predictions: '" + predictions +
                                                        "'\nreferences: '" +
                                                        (data.folder / "none").string() + "'")
                           .drain();
                     })
                .find((data.folder / "none").string() + ": cannot list the folder"),
            0U);
  EXPECT_EQ(StageRunner("io.list_pairs", bare + "\nall_references: false").drain().size(), 1U);
  StageRunner reader("io.read_pair");
  reader.put("pair", pairs[0].get<CaseFiles>("pair")).item("a");
  const Outputs out = reader.run();
  EXPECT_TRUE(std::ranges::equal(out.get<LabelMap>("prediction").voxels(),
                                 out.get<LabelMap>("reference").voxels()));
  nnflow::imaging::write_labels(fs::path(predictions) / "c.nii.gz", small_labels(), ".nii.gz");
  EXPECT_EQ(error_of(ErrorCode::kIo, [&] { StageRunner("io.list_pairs", params).drain(); }),
            references + ": no reference for the predictions c");
}

TEST(ListPairs, AFolderWithoutSegmentationsIsAnError) {
  const SmallDataset data;
  const fs::path folder = data.folder / "predicted";
  fs::create_directories(folder);
  std::ofstream(folder / "a.mha") << "x";
  std::ofstream(folder / "dataset.json") << "{}";
  const std::string params =
      "predictions: '" + folder.string() + "'\nfile_ending: .nii.gz\nreferences: '";
  EXPECT_EQ(error_of(ErrorCode::kIo,
                     [&] { StageRunner("io.list_pairs", params + folder.string() + "'").drain(); }),
            folder.string() +
                ": no file ends with .nii.gz, expected segmentations; endings there: "
                ".json, .mha");
  const std::string chill =
      params + (data.folder / "labelsTr").string() + "'\nall_references: false";
  EXPECT_NE(error_of(ErrorCode::kIo, [&] { StageRunner("io.list_pairs", chill).drain(); })
                .find("no file ends with .nii.gz"),
            std::string::npos);
}

TEST(ListPairs, TakesOnlyTheValidationCasesOfTheFold) {
  const SmallDataset data;
  const std::string predictions = (data.folder / "predicted").string();
  const std::string params = "predictions: '" + predictions + "'\nreferences: '" +
                             (data.folder / "labelsTr").string() + "'\nfile_ending: .nii.gz\n";
  fs::create_directories(predictions);
  fs::copy(data.label("a"), predictions);  // of an earlier split
  fs::copy(data.label("b"), predictions);
  nnflow::imaging::write_labels(fs::path(predictions) / "gone.nii.gz", small_labels(), ".nii.gz");
  const auto pairs_of = [&](const std::string& fold, std::vector<std::string>* log = nullptr) {
    StageRunner runner("io.list_pairs", params + "fold: \"" + fold + "\"");
    runner.put("splits", nnflow::nnunet::Splits{{{{"a"}, {"b"}}, {{"b"}, {"a"}}}});
    std::vector<std::string> ids;
    for (const Outputs& pair : runner.drain()) ids.push_back(pair.item);
    if (log != nullptr) *log = runner.log();
    return ids;
  };
  using Ids = std::vector<std::string>;
  Ids log;
  EXPECT_EQ(pairs_of("0", &log), Ids{"b"});
  EXPECT_EQ(log, Ids{predictions + ": not validation cases of fold 0, left out: a gone"});
  EXPECT_EQ(pairs_of("1"), Ids{"a"});
  EXPECT_EQ(pairs_of("all"), (Ids{"a", "b"}));
  fs::remove(fs::path(predictions) / "b.nii.gz");
  EXPECT_EQ(error_of(ErrorCode::kIo, [&] { (void)pairs_of("0"); }),
            predictions + ": no prediction for the references b; --chill leaves them out");
}

}  // namespace
