// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// DICOM series as volumes; the series are made by support/dicom.cpp.
#include "nnflow/imaging/dicom.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "nnflow/error.hpp"
#include "nnflow/imaging/image_io.hpp"
#include "support/dicom.hpp"
#include "support/shared.hpp"
#include "support/temp_dir.hpp"

namespace nnflow::imaging {
namespace {

namespace fs = std::filesystem;
using testing::EndsWith;
using testing::HasSubstr;

Volume sample() {
  Volume volume(1, {4, 5, 6});
  std::uint32_t state = 3;
  for (float& value : volume.voxels()) {
    state = state * 1664525U + 1013904223U;
    value = static_cast<float>((state >> 16U) % 4000U) - 1000.0F;
  }
  const double a = std::cos(0.3);
  const double b = std::sin(0.3);
  volume.geometry.spacing = {0.75, 0.5, 2.5};
  volume.geometry.origin = {-12.5, 7.25, 100.0};
  volume.geometry.direction = {a, 0, b, 0, 1, 0, -b, 0, a};
  volume.spacing = {2.5, 0.5, 0.75};
  return volume;
}

class Dicom : public testing::Test {
 protected:
  [[nodiscard]] std::string error() const {
    try {
      (void)read_image(folder());
    } catch (const Error& error) {
      const std::string text = error.what();
      EXPECT_TRUE(text.starts_with(dir_.path().string())) << text;
      return text;
    }
    return "no error";
  }
  [[nodiscard]] fs::path folder() const { return dir_ / "series"; }
  [[nodiscard]] fs::path slice(int number) const {
    return folder() / ("slice_" + std::to_string(1000 - number) + ".dcm");
  }

  const test::TempDir dir_;
};

TEST_F(Dicom, SeriesIsReadInTheOrderOfItsSlices) {
  const Volume volume = sample();
  test::write_dicom_series(folder(), volume);
  test::write_file(folder() / "notes.txt", "not an image");
  const Volume read = read_image(folder());
  EXPECT_EQ(read.extent(), volume.extent());
  EXPECT_TRUE(std::ranges::equal(read.voxels(), volume.voxels()));
  EXPECT_EQ(read.geometry.source, GeometrySource::kSimpleItk);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_NEAR(read.spacing[i], volume.spacing[i], 1e-6);
    EXPECT_NEAR(read.geometry.spacing[i], volume.geometry.spacing[i], 1e-6);
    EXPECT_NEAR(read.geometry.origin[i], volume.geometry.origin[i], 1e-6);
  }
  for (std::size_t i = 0; i < 9; ++i) {
    EXPECT_NEAR(read.geometry.direction[i], volume.geometry.direction[i], 1e-6);
  }
  const ImageHeader header = probe_image(folder());
  EXPECT_EQ(header.extent, read.extent());
  EXPECT_EQ(header.geometry, read.geometry);
}

TEST_F(Dicom, SeriesCanBeTurned) {
  Volume volume = sample();
  volume.geometry.direction = {1, 0, 0, 0, 1, 0, 0, 0, 1};
  test::write_dicom_series(folder(), volume);
  for (const ImageReader reader :
       {ImageReader::kNibabelReorient, ImageReader::kSimpleItkReorient}) {
    const Volume read = read_image(folder(), reader);
    ASSERT_EQ(read.extent(), volume.extent());
    // LPS to RAS: both axes of a slice turn round.
    const auto at = [](const Volume& v, std::int64_t z, std::int64_t y, std::int64_t x) {
      return v.voxels()[static_cast<std::size_t>((z * 5 + y) * 6 + x)];
    };
    EXPECT_EQ(at(read, 1, 0, 0), at(volume, 1, 4, 5));
    EXPECT_EQ(at(read, 3, 4, 2), at(volume, 3, 0, 3));
  }
  EXPECT_EQ(read_image(folder(), ImageReader::kSimpleItkReorient).geometry.original_orientation,
            "LPS");
}

TEST_F(Dicom, SegmentationTakesTheSeriesGeometry) {
  test::write_dicom_series(folder(), sample());
  const Volume image = read_image(folder());
  LabelMap labels(image.extent());
  labels.voxels()[17] = 1;
  labels.spacing = image.spacing;
  labels.geometry = image.geometry;
  write_labels(dir_ / "s.nii.gz", labels, ".nii.gz");
  const LabelMap again = read_labels(dir_ / "s.nii.gz");
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_NEAR(again.geometry.origin[i], image.geometry.origin[i], 1e-4);
    EXPECT_NEAR(again.geometry.spacing[i], image.geometry.spacing[i], 1e-6);
  }
}

TEST_F(Dicom, FilesAreFoundBySeries) {
  test::write_dicom_series(folder(), sample());
  test::write_file(folder() / "notes.txt", "not an image");
  const auto series = dicom_series(folder());
  ASSERT_EQ(series.size(), 1U);
  EXPECT_EQ(series[0].uid, "1.2.826.0.1.3680043.9.7.1");
  EXPECT_EQ(series[0].description, "made for a test");
  EXPECT_EQ(series[0].files.size(), 4U);
  EXPECT_FALSE(is_dicom_file(folder() / "notes.txt"));
  EXPECT_FALSE(is_dicom_file(folder()));
  EXPECT_TRUE(dicom_files(dir_.path()).empty());
}

TEST_F(Dicom, FolderWithoutFilesIsRefused) {
  fs::create_directory(folder());
  EXPECT_THAT(
      error(),
      EndsWith("is a folder without DICOM files, expected an image file or a DICOM series"));
}

TEST_F(Dicom, TwoSeriesInAFolderAreRefused) {
  test::write_dicom_series(folder(), sample());
  Volume other(1, {1, 5, 6});
  other.geometry = sample().geometry;
  test::write_dicom_series(dir_ / "other", other, "1.2.826.0.1.3680043.9.7.9");
  fs::copy(dir_ / "other/slice_1000.dcm", folder() / "z.dcm");
  const std::string text = error();
  EXPECT_THAT(text, HasSubstr("holds 2 DICOM series, expected one in a folder:"));
  EXPECT_THAT(text, HasSubstr("1.2.826.0.1.3680043.9.7.1 'made for a test', 4 files, such as "
                              "slice_1000.dcm"));
  EXPECT_THAT(text,
              HasSubstr("1.2.826.0.1.3680043.9.7.9 'made for a test', 1 files, such as z.dcm"));
}

TEST_F(Dicom, MissingSliceIsRefused) {
  test::write_dicom_series(folder(), sample());
  fs::remove(slice(1));
  EXPECT_THAT(error(), HasSubstr("the slices are not evenly spaced: slice_1000.dcm and "
                                 "slice_998.dcm are 5.0"));
}

TEST_F(Dicom, TheGapIsNamedWhereverItIs) {
  test::write_dicom_series(folder(), sample());
  fs::remove(slice(2));
  EXPECT_THAT(error(), HasSubstr("the slices are not evenly spaced: slice_999.dcm and "
                                 "slice_997.dcm are 5.0"));
  EXPECT_THAT(error(), HasSubstr(" mm apart, others 2.5"));
}

TEST_F(Dicom, SliceTwiceIsRefused) {
  test::write_dicom_series(folder(), sample());
  fs::copy_file(slice(1), folder() / "again.dcm");
  EXPECT_THAT(error(), HasSubstr("lie at the same place"));
}

TEST_F(Dicom, SlicesOfOtherSizesAreRefused) {
  test::write_dicom_series(folder(), sample());
  Volume other(1, {1, 5, 7});
  other.geometry = sample().geometry;
  test::write_dicom_series(dir_ / "other", other);
  fs::copy(dir_ / "other/slice_1000.dcm", folder() / "z.dcm");
  EXPECT_THAT(error(), HasSubstr("z.dcm: the size of the slice differs from that of"));
}

TEST_F(Dicom, TiltedGantryIsRefused) {
  Volume volume = sample();
  volume.geometry.direction = {1, 0, 0, 0, 1, 0.2, 0, 0, 1};
  test::write_dicom_series(folder(), volume);
  EXPECT_THAT(error(), HasSubstr("are shifted sideways (a tilted gantry)"));
}

TEST_F(Dicom, SeveralFramesInAFileAreRefused) {
  fs::create_directory(folder());
  test::write_multi_frame_dicom(folder() / "all.dcm", sample());
  EXPECT_THAT(error(), HasSubstr("all.dcm: holds 4 frames; multi-frame DICOM is not read"));
}

TEST_F(Dicom, UnknownCompressionIsRefused) {
  test::write_dicom_series(folder(), sample());
  std::string bytes = test::read_file(slice(2));
  const std::string plain("1.2.840.10008.1.2\0", 18);
  const std::size_t at = bytes.find(plain);
  ASSERT_NE(at, std::string::npos);
  bytes.replace(at, plain.size(), "1.2.840.10008.1.99");  // no such transfer syntax
  test::write_file(slice(2), bytes);
  EXPECT_THAT(error(), HasSubstr("slice_998.dcm: cannot read, damaged, without an image or "
                                 "compressed in a way that is not supported"));
}

TEST_F(Dicom, DeflatedFilesAreRefusedByName) {
  test::write_dicom_series(folder(), sample());
  std::string bytes = test::read_file(slice(2));
  const std::string plain("1.2.840.10008.1.2\0", 18);
  const std::size_t at = bytes.find(plain);
  ASSERT_NE(at, std::string::npos);
  const std::string deflated = "1.2.840.10008.1.2.1.99";
  bytes.replace(at, plain.size(), deflated);
  bytes[at - 2] = static_cast<char>(deflated.size());
  test::write_file(slice(2), bytes);
  EXPECT_THAT(error(), HasSubstr("slice_998.dcm: is deflated as a whole (transfer syntax "
                                 "1.2.840.10008.1.2.1.99), which is not read"));
}

TEST_F(Dicom, TruncatedFileIsRefused) {
  test::write_dicom_series(folder(), sample());
  fs::resize_file(slice(3), fs::file_size(slice(3)) - 20);
  EXPECT_THAT(error(), HasSubstr("slice_997.dcm: cannot read"));
}

}  // namespace
}  // namespace nnflow::imaging
