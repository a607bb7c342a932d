// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// Which class reads the files of a case, what follows from it, and DICOM series as cases.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <limits>
#include <string>
#include <vector>

#include "nnflow/nnunet/dataset.hpp"
#include "nnflow/nnunet/plans.hpp"
#include "nnflow/testing.hpp"
#include "small_dataset.hpp"
#include "support/dicom.hpp"

namespace {
namespace fs = std::filesystem;
using nnflow::ErrorCode;
using nnflow::imaging::Geometry;
using nnflow::imaging::LabelMap;
using nnflow::imaging::Volume;
using nnflow::nnunet::CaseFiles;
using nnflow::nnunet::DatasetDescription;
using nnflow::nnunet::Plans;
using nnflow::test::error_of;
using nnflow::test::small_image;
using nnflow::test::small_labels;
using nnflow::test::SmallDataset;
using nnflow::testing::Outputs;
using nnflow::testing::StageRunner;
using testing::ElementsAre;
using testing::HasSubstr;

Plans plans_with(const std::string& reader) {
  nnflow::nnunet::PlansHeader header;
  header.dataset_name = "Dataset901_Small";
  header.image_reader_writer = reader;
  return Plans::make(header, {});
}

DatasetDescription with_reader(const SmallDataset& data, const std::string& reader) {
  auto dataset = DatasetDescription::read_folder(data.folder);
  dataset.overwrite_image_reader_writer = reader;
  return dataset;
}

std::string listed_reader(StageRunner& runner) {
  const auto items = runner.drain();
  EXPECT_EQ(items.size(), 2U);
  EXPECT_EQ(items[0].get<CaseFiles>("case").reader, items[1].get<CaseFiles>("case").reader);
  return items[0].get<CaseFiles>("case").reader;
}

std::string listed_reader(const DatasetDescription& dataset) {
  StageRunner runner("io.list_cases");
  runner.put("dataset", dataset);
  return listed_reader(runner);
}

/// An affine that is no rotation, which ITK refuses.
Geometry sheared() {
  return nnflow::imaging::nibabel_geometry({-1, 0.3, 0, 5, 0, 1.5, 0, 6, 0, 0, 2.5, 7, 0, 0, 0, 1},
                                           {}, {2.5, 1.5, 1.0});
}

TEST(Reader, IsTheFirstThatOpensTheFirstImage) {
  const SmallDataset data;
  EXPECT_EQ(listed_reader(DatasetDescription::read_folder(data.folder)), "SimpleITKIO");
  LabelMap image = small_labels();
  image.geometry = sheared();
  data.put_label("a", image);
  fs::rename(data.label("a"), data.image("a", 0));
  EXPECT_EQ(listed_reader(DatasetDescription::read_folder(data.folder)), "NibabelIO");
}

TEST(Reader, IsThatOfTheDataSetOrOfThePlans) {
  const SmallDataset data;
  EXPECT_EQ(listed_reader(with_reader(data, "NibabelIOWithReorient")), "NibabelIOWithReorient");
  StageRunner runner("io.list_cases");
  runner.put("dataset", with_reader(data, "NibabelIOWithReorient"))
      .put("plans", plans_with("SimpleITKIOWithReorient"));
  EXPECT_EQ(listed_reader(runner), "SimpleITKIOWithReorient");
  EXPECT_TRUE(runner.log().empty());
}

TEST(Reader, UnknownInADataSetIsRemarked) {
  const SmallDataset data;
  StageRunner runner("io.list_cases");
  runner.put("dataset", with_reader(data, "MyIO"));
  EXPECT_EQ(listed_reader(runner), "SimpleITKIO");
  ASSERT_EQ(runner.log().size(), 1U);
  EXPECT_THAT(runner.log()[0], HasSubstr("no reader 'MyIO' (overwrite_image_reader_writer)"));
}

TEST(Reader, UnknownInPlansIsRefused) {
  const SmallDataset data;
  StageRunner runner("io.list_cases");
  runner.put("dataset", DatasetDescription::read_folder(data.folder)).put("plans", plans_with("X"));
  EXPECT_THAT(error_of(ErrorCode::kInvalidData, [&] { (void)runner.drain(); }),
              HasSubstr("image_reader_writer of the plans nnUNetPlans: no reader 'X', expected one "
                        "of NaturalImage2DIO, SimpleITKIO, Tiff3DIO, NibabelIO"));
}

TEST(Reader, ChangesTheDigestOfACase) {
  const SmallDataset data;
  const auto digest = [&](const std::string& reader) {
    StageRunner runner("io.list_cases");
    runner.put("dataset", with_reader(data, reader));
    return runner.drain()[0].info.digest;
  };
  EXPECT_NE(digest("NibabelIO"), digest("NibabelIOWithReorient"));
}

TEST(Reader, TurnsImagesLabelsAndReferencesAlike) {
  const SmallDataset data;
  Volume image = small_image();
  image.geometry.direction = {0, 0, 1, 1, 0, 0, 0, -1, 0};
  LabelMap label = small_labels();
  label.geometry = image.geometry;
  for (const int channel : {0, 1}) data.put_image("a", channel, image);
  data.put_label("a", label);
  auto dataset = DatasetDescription::read_folder(data.folder);
  dataset.workspace = data.folder.parent_path();
  for (const std::string reader : {"NibabelIOWithReorient", "SimpleITKIOWithReorient"}) {
    CaseFiles files{"a", {data.image("a", 0), data.image("a", 1)}, data.label("a"), reader};
    StageRunner read("io.read_case");
    read.put("case", files).put("dataset", dataset).item("a");
    const Outputs out = read.run();
    const auto& turned = out.get<LabelMap>("label");
    EXPECT_EQ(out.get<Volume>("image").extent(), turned.extent());
    EXPECT_NE(turned.extent(), label.extent());
    EXPECT_TRUE(read.log().empty());

    StageRunner reference("io.read_reference");
    reference.put("case", files).put("dataset", dataset).put("plans", plans_with(reader)).item("a");
    const Outputs again = reference.run();
    EXPECT_TRUE(std::ranges::equal(again.get<LabelMap>("reference").voxels(), turned.voxels()));

    const fs::path written = data.folder / ("written_" + reader);
    StageRunner write("io.write_segmentation", "folder: '" + written.string() + "'");
    write.put("label", turned).put("dataset", dataset).put("plans", plans_with(reader)).item("a");
    (void)write.run();
    const LabelMap back = nnflow::imaging::read_labels(written / "a.nii.gz");
    EXPECT_EQ(back.extent(), label.extent());
    EXPECT_TRUE(std::ranges::equal(back.voxels(), label.voxels()));
  }
}

TEST(Reader, OfADataSetReadsPairsToo) {
  const SmallDataset data;
  LabelMap label = small_labels();
  label.geometry = sheared();
  for (const char* id : {"a", "b"}) data.put_label(id, label);
  const std::string folder = (data.folder / "labelsTr").string();
  StageRunner pairs("io.list_pairs", "predictions: '" + folder + "'\nreferences: '" + folder + "'");
  pairs.put("dataset", DatasetDescription::read_folder(data.folder));
  const auto items = pairs.drain();
  ASSERT_EQ(items.size(), 2U);
  EXPECT_EQ(items[0].get<CaseFiles>("pair").reader, "NibabelIO");
  StageRunner read("io.read_pair");
  read.put("pair", items[0].get<CaseFiles>("pair")).item("a");
  EXPECT_TRUE(std::ranges::equal(read.run().get<LabelMap>("prediction").voxels(), label.voxels()));
}

TEST(Reader, OfPairsIsThatOfThePlansOrOfTheDataSet) {
  const SmallDataset data;
  const std::string labels = (data.folder / "labelsTr").string();
  const auto pair_reader = [&](const std::string& of_dataset, const std::string& of_plans) {
    StageRunner runner("io.list_pairs",
                       "predictions: '" + labels + "'\nreferences: '" + labels + "'");
    if (!of_dataset.empty()) runner.put("dataset", with_reader(data, of_dataset));
    if (!of_plans.empty()) runner.put("plans", plans_with(of_plans));
    return runner.drain().at(0).get<CaseFiles>("pair").reader;
  };
  EXPECT_EQ(pair_reader("NibabelIO", "NibabelIOWithReorient"), "NibabelIOWithReorient");
  EXPECT_EQ(pair_reader("NibabelIO", ""), "NibabelIO");
  EXPECT_EQ(pair_reader("", ""), "");
  EXPECT_THAT(error_of(ErrorCode::kInvalidData, [&] { (void)pair_reader("NibabelIO", "X"); }),
              HasSubstr("image_reader_writer of the plans nnUNetPlans: no reader 'X'"));
}

TEST(Reader, RemarksOtherAffines) {
  const SmallDataset data;
  LabelMap label = small_labels();
  label.geometry.origin[1] += 2.0;
  data.put_label("a", label);
  StageRunner read("io.read_case");
  read.put("case", CaseFiles{"a", {data.image("a", 0)}, data.label("a"), "NibabelIO"}).item("a");
  (void)read.run();
  ASSERT_EQ(read.log().size(), 1U);
  EXPECT_THAT(read.log()[0], HasSubstr(data.label("a").string() + ": affine differs from that of"));
}

TEST(ReadCase, TellsEverythingThatIsWrong) {
  const SmallDataset data;
  Volume image = small_image();
  image.voxels()[0] = std::numeric_limits<float>::quiet_NaN();
  data.put_image("a", 0, image);
  Volume other(1, {3, 6, 5});
  other.geometry = small_image().geometry;
  data.put_image("a", 1, other);
  LabelMap label = small_labels();
  label.voxels()[0] = 9;
  label.geometry.spacing[0] = 1.25;
  data.put_label("a", label);
  StageRunner read("io.read_case");
  read.put("case", CaseFiles{"a", {data.image("a", 0), data.image("a", 1)}, data.label("a")})
      .put("dataset", DatasetDescription::read_folder(data.folder))
      .item("a");
  const std::string first = data.image("a", 0).string();
  EXPECT_EQ(error_of(ErrorCode::kInvalidData, [&] { (void)read.run(); }),
            first + ": NaN at voxel (z, y, x) = (0, 0, 0), expected finite values\n  " +
                data.image("a", 1).string() +
                ": shape 3 x 6 x 5 voxels (z, y, x) differs from 4 x 6 x 5 voxels (z, y, x) of " +
                first + "\n  " + data.label("a").string() +
                ": spacing 2.5 x 1.5 x 1.25 mm (z, y, x) differs from 2.5 x 1.5 x 1 mm (z, y, x) "
                "of " +
                first + "\n  " + data.label("a").string() +
                ": label values 9 are not declared in dataset.json, which has 0, 1, 2");
}

class DicomCases : public testing::Test {
 protected:
  [[nodiscard]] std::vector<Outputs> listed(std::size_t channels = 1) const {
    const SmallDataset data;
    auto dataset = DatasetDescription::read_folder(data.folder);
    dataset.channels.resize(channels);
    StageRunner runner("io.list_images", "folder: '" + folder_.string() + "'");
    runner.put("dataset", dataset).put("plans", plans_with("SimpleITKIO"));
    return runner.drain();
  }
  [[nodiscard]] std::vector<std::string> ids(std::size_t channels = 1) const {
    std::vector<std::string> result;
    for (const auto& item : listed(channels)) result.push_back(item.item);
    return result;
  }
  [[nodiscard]] std::string error(std::size_t channels, ErrorCode code = ErrorCode::kInvalidData) {
    return error_of(code, [&] { (void)ids(channels); });
  }

  const nnflow::test::TempDir dir_;
  const fs::path folder_ = dir_ / "patient";
};

TEST_F(DicomCases, FolderOfOneSeriesIsACase) {
  nnflow::test::write_dicom_series(folder_, small_image());
  const auto items = listed();
  ASSERT_EQ(items.size(), 1U);
  EXPECT_EQ(items[0].item, "patient");
  EXPECT_EQ(items[0].info.bytes, 120U * 4U);
  EXPECT_EQ(items[0].info.digest.size(), 32U);
  StageRunner read("io.read_case");
  read.put("case", items[0].get<CaseFiles>("case")).item("patient");
  EXPECT_TRUE(std::ranges::equal(read.run().get<Volume>("image").voxels(), small_image().voxels()));
}

TEST_F(DicomCases, SubFoldersAreCases) {
  nnflow::test::write_dicom_series(folder_ / "b_0001", small_image());
  nnflow::test::write_dicom_series(folder_ / "a", small_image());
  fs::create_directories(folder_ / "empty");
  EXPECT_THAT(ids(), ElementsAre("a", "b_0001"));
}

TEST_F(DicomCases, NumberedSubFoldersAreChannels) {
  for (const char* name : {"a_0000", "a_0001", "b_0000", "b_0001"}) {
    nnflow::test::write_dicom_series(folder_ / name, small_image());
  }
  const auto items = listed(2);
  ASSERT_EQ(items.size(), 2U);
  EXPECT_THAT(items[1].get<CaseFiles>("case").images,
              ElementsAre(folder_ / "b_0000", folder_ / "b_0001"));
  fs::remove_all(folder_ / "b_0001");
  EXPECT_THAT(error(2), HasSubstr("case b has 1 sub-folders with DICOM series, expected 2"));
  fs::rename(folder_ / "b_0000", folder_ / "b_0002");
  EXPECT_THAT(error(2), HasSubstr("the sub-folder b_0002 with a DICOM series has no channel number "
                                  "or one that does not follow, expected names such as case_0000 "
                                  "to case_0001"));
}

TEST_F(DicomCases, MixedFoldersAreRefused) {
  nnflow::test::write_dicom_series(folder_, small_image());
  EXPECT_THAT(error(2), HasSubstr("one DICOM series, but the model takes 2 channels"));
  nnflow::test::write_dicom_series(folder_ / "a", small_image());
  EXPECT_THAT(error(1), HasSubstr("DICOM files lie both in this folder (slice_1000.dcm)"));
}

TEST_F(DicomCases, FolderWithoutImagesIsRefused) {
  fs::create_directories(folder_ / "a");
  EXPECT_THAT(error(1, ErrorCode::kIo),
              HasSubstr("no image ends with .nii.gz, expected names such as case_0000.nii.gz, or "
                        "DICOM series in sub-folders"));
}

}  // namespace
