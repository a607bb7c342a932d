// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// Names and endings of nnU-Net's readers, and what they refuse. What they read: golden/readers.
#include "nnflow/imaging/reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "nnflow/error.hpp"
#include "nnflow/imaging/image_io.hpp"
#include "support/temp_dir.hpp"

namespace nnflow::imaging {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;

Volume image(std::int64_t channels = 1) {
  Volume volume(channels, {3, 4, 5});
  for (float& value : volume.voxels()) value = 1.0F;
  return volume;
}

std::string error_of(const std::filesystem::path& path, ImageReader reader) {
  try {
    (void)read_image(path, reader);
  } catch (const Error& error) {
    const std::string text = error.what();
    EXPECT_TRUE(text.starts_with(path.string())) << text;
    return text.substr(path.string().size());
  }
  return "no error";
}

TEST(Reader, IsNamedAsNnunetsClass) {
  for (const ImageReader reader : kReaderOrder) {
    EXPECT_EQ(image_reader(class_name(reader)), reader);
  }
  EXPECT_EQ(image_reader("SimpleITKIOWithReorient"), ImageReader::kSimpleItkReorient);
  EXPECT_FALSE(image_reader("MyIO"));
  EXPECT_FALSE(image_reader(""));
}

TEST(Reader, SupportsTheEndingsOfNnunetsClass) {
  const auto supporting = [](std::string_view ending) {
    std::vector<std::string_view> names;
    for (const ImageReader reader : kReaderOrder) {
      if (supports_ending(reader, ending)) names.push_back(class_name(reader));
    }
    return names;
  };
  EXPECT_THAT(supporting(".nii.gz"),
              ElementsAre("SimpleITKIO", "NibabelIO", "NibabelIOWithReorient"));
  EXPECT_THAT(supporting(".NII"), ElementsAre("NibabelIO", "NibabelIOWithReorient"));
  EXPECT_THAT(supporting(".tif"), ElementsAre("NaturalImage2DIO", "Tiff3DIO"));
  EXPECT_THAT(supporting(".png"), ElementsAre("NaturalImage2DIO"));
  EXPECT_THAT(supporting(".mha"), ElementsAre("SimpleITKIO"));
  EXPECT_TRUE(supporting(".jpg").empty());
}

TEST(Reader, RefusesWhatItsClassRefuses) {
  const test::TempDir dir;
  write_image(dir / "many.nii.gz", image(3), ".nii.gz");
  write_image(dir / "volume.nrrd", image(), ".nrrd");
  write_image(dir / "stack.tif", image(), ".tif");
  EXPECT_THAT(error_of(dir / "many.nii.gz", ImageReader::kNibabel),
              EndsWith("NibabelIO takes images of exactly 3 axes, this has 4"));
  EXPECT_THAT(error_of(dir / "many.nii.gz", ImageReader::kSimpleItkReorient),
              EndsWith("SimpleITKIOWithReorient takes images of exactly 3 axes, this image has 4 "
                       "axes"));
  EXPECT_THAT(error_of(dir / "volume.nrrd", ImageReader::kNibabelReorient),
              HasSubstr("NibabelIOWithReorient reads NIfTI only"));
  EXPECT_THAT(error_of(dir / "volume.nrrd", ImageReader::kTiff3d), HasSubstr("Tiff3DIO takes"));
  EXPECT_THAT(error_of(dir / "stack.tif", ImageReader::kNaturalImage2d),
              HasSubstr("NaturalImage2DIO takes"));
  EXPECT_EQ(read_image(dir / "stack.tif", ImageReader::kTiff3d).geometry.source,
            GeometrySource::kNone);
  EXPECT_THAT(error_of(dir / "none.nii", ImageReader::kNibabel), EndsWith("no such file"));
}

TEST(Reader, TurnsAndRestoresLabelsAbove255) {
  const test::TempDir dir;
  LabelMap labels(Extent3{3, 4, 5});
  labels.geometry.direction = {0, -1, 0, 0, 0, -1, 1, 0, 0};
  for (std::size_t i = 0; i < labels.voxels().size(); ++i) {
    labels.voxels()[i] = static_cast<std::int16_t>(i * 10);
  }
  write_labels(dir / "a.nii.gz", labels, ".nii.gz");
  for (const ImageReader reader :
       {ImageReader::kNibabelReorient, ImageReader::kSimpleItkReorient}) {
    const LabelMap turned = read_labels(dir / "a.nii.gz", reader);
    EXPECT_NE(turned.extent(), labels.extent());
    write_labels(dir / "b.nii.gz", turned, ".nii.gz");
    const LabelMap again = read_labels(dir / "b.nii.gz");
    ASSERT_EQ(again.extent(), labels.extent());
    EXPECT_TRUE(std::ranges::equal(again.voxels(), labels.voxels()));
    for (std::size_t i = 0; i < 9; ++i) {
      EXPECT_NEAR(again.geometry.direction[i], labels.geometry.direction[i], 1e-6);
    }
  }
}

TEST(Reader, RefusesAnAffineWithoutOrientation) {
  const test::TempDir dir;
  LabelMap labels(Extent3{3, 4, 5});
  labels.geometry = nibabel_geometry({1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1}, std::nullopt,
                                     {1.0, 1.0, 1.0});
  EXPECT_THROW(write_labels(dir / "a.nii", labels, ".nii"), Error);
}

}  // namespace
}  // namespace nnflow::imaging
