// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "nnflow/imaging/image_io.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "nnflow/error.hpp"

namespace {
namespace fs = std::filesystem;
using namespace nnflow::imaging;

fs::path file(const std::string& name) { return fs::path(::testing::TempDir()) / name; }

Geometry oblique() {
  const double a = std::cos(0.3);
  const double b = std::sin(0.3);
  const double c = std::cos(0.2);
  const double d = std::sin(0.2);
  Geometry g;
  g.spacing = {0.75, 0.8125, 2.5};
  g.origin = {-10.25, 20.75, 3.5};
  g.direction = {a, -b * c, b * d, b, a * c, -a * d, 0, d, c};
  return g;
}

LabelMap labels_like(const Geometry& geometry, Extent3 extent, std::int16_t highest) {
  LabelMap labels(extent);
  labels.geometry = geometry;
  labels.spacing = {geometry.spacing[2], geometry.spacing[1], geometry.spacing[0]};
  std::uint32_t state = 7;
  for (std::int16_t& v : labels.voxels()) {
    state = state * 1664525U + 1013904223U;
    v = static_cast<std::int16_t>((state >> 16U) % static_cast<std::uint32_t>(highest + 1));
  }
  labels.voxels()[0] = highest;
  return labels;
}

double largest_difference(const Geometry& a, const Geometry& b) {
  double difference = 0.0;
  for (std::size_t i = 0; i < 9; ++i)
    difference = std::max(difference, std::abs(a.direction[i] - b.direction[i]));
  for (std::size_t i = 0; i < 3; ++i) {
    difference = std::max(
        {difference, std::abs(a.spacing[i] - b.spacing[i]), std::abs(a.origin[i] - b.origin[i])});
  }
  return difference;
}

std::string message_of(const auto& f) {
  try {
    f();
  } catch (const nnflow::Error& error) {
    return error.what();
  }
  return "no error";
}

struct Tolerance {
  const char* ending;
  double geometry;  // NIfTI keeps quaternions of floats, NRRD the product of spacing and direction
};

class LabelRoundTrip : public ::testing::TestWithParam<Tolerance> {};

TEST_P(LabelRoundTrip, KeepsVoxelsAndObliqueGeometry) {
  const auto [ending, tolerance] = GetParam();
  for (const std::int16_t highest :
       {std::int16_t{2}, std::int16_t{254}, std::int16_t{255}, std::int16_t{30000}}) {
    const LabelMap labels = labels_like(oblique(), {5, 4, 7}, highest);
    const fs::path path = file(std::string("oblique") + ending);
    write_labels(path, labels, ending);
    const LabelMap back = read_labels(path);
    EXPECT_EQ(back.extent(), labels.extent());
    EXPECT_TRUE(std::ranges::equal(back.voxels(), labels.voxels())) << ending << " " << highest;
    EXPECT_LE(largest_difference(back.geometry, labels.geometry), tolerance) << ending;
    EXPECT_EQ(back.geometry.dimension, 3);
    EXPECT_NEAR(back.spacing[0], 2.5, 1e-6);
    EXPECT_NEAR(back.spacing[2], 0.75, 1e-6);
  }
}

INSTANTIATE_TEST_SUITE_P(Formats,
                         LabelRoundTrip,
                         ::testing::Values(Tolerance{".nii.gz", 1e-7},
                                           Tolerance{".nii", 1e-7},
                                           Tolerance{".nrrd", 1e-15},
                                           Tolerance{".mha", 0.0}));

TEST(ImageIo, NiftiGeometryIsExactWhenItCameFromAnAxisAlignedNifti) {
  Geometry g;
  g.spacing = {0.699999988079071, 0.699999988079071, 2.5};
  g.direction = {-1, 0, 0, 0, -1, 0, 0, 0, 1};
  g.origin = {177.95632934570312, -11.319000244140625, 94.3017578125};
  write_labels(file("aligned.nii.gz"), labels_like(g, {3, 4, 5}, 3), ".nii.gz");
  EXPECT_EQ(read_labels(file("aligned.nii.gz")).geometry, g);
}

TEST(ImageIo, GiplKeepsVoxelsSpacingAndOrigin) {
  Geometry g;
  g.spacing = {0.75, 0.8125, 2.5};
  g.origin = {-10.25, 20.75, 3.5};
  const LabelMap labels = labels_like(g, {5, 4, 7}, 300);
  write_labels(file("a.gipl"), labels, ".gipl");
  const LabelMap back = read_labels(file("a.gipl"));
  EXPECT_TRUE(std::ranges::equal(back.voxels(), labels.voxels()));
  EXPECT_EQ(back.geometry, g);
}

TEST(ImageIo, LabelsAreEightBitBelow255AndSixteenBitFrom255) {
  write_labels(file("w8.nii"), labels_like(Geometry{}, {2, 2, 2}, 254), ".nii");
  write_labels(file("w16.nii"), labels_like(Geometry{}, {2, 2, 2}, 255), ".nii");
  EXPECT_EQ(fs::file_size(file("w8.nii")), 352U + 8U);
  EXPECT_EQ(fs::file_size(file("w16.nii")), 352U + 16U);
}

TEST(ImageIo, NegativeLabelsAreNotWritten) {
  LabelMap labels(Extent3{1, 2, 2});
  labels.voxels()[3] = -1;
  EXPECT_EQ(message_of([&] { write_labels("out/x.nii.gz", labels, ".nii.gz"); }),
            "out/x.nii.gz: label value -1 cannot be written, expected 0 or more");
}

TEST(ImageIo, TwoDimensionalItkImagesGetTheWideSliceSpacing) {
  Geometry g;
  g.dimension = 2;
  g.spacing = {0.5, 0.75, 1.0};
  g.origin = {3.0, -4.0, 0.0};
  for (const std::string ending : {".nii.gz", ".nrrd", ".mha"}) {
    write_labels(file("flat" + ending), labels_like(g, {1, 6, 5}, 9), ending);
    const LabelMap back = read_labels(file("flat" + ending));
    EXPECT_EQ(back.extent(), (Extent3{1, 6, 5})) << ending;
    EXPECT_EQ(back.spacing, (Spacing3{999.0 * 0.75, 0.75, 0.5})) << ending;
    EXPECT_EQ(back.geometry, g) << ending;
  }
}

TEST(ImageIo, PicturesHaveSpacing999OneOne) {
  const LabelMap labels = labels_like(Geometry{}, {1, 6, 5}, 254);
  for (const std::string ending : {".png", ".bmp", ".tif"}) {
    write_labels(file("picture" + ending), labels, ending);
    const LabelMap back = read_labels(file("picture" + ending));
    EXPECT_EQ(back.spacing, (Spacing3{999.0, 1.0, 1.0})) << ending;
    EXPECT_EQ(back.geometry.dimension, 2) << ending;
    EXPECT_TRUE(std::ranges::equal(back.voxels(), labels.voxels())) << ending;
  }
}

TEST(ImageIo, PicturesHoldLabelsOfSixteenBit) {
  LabelMap labels = labels_like(Geometry{}, {1, 6, 5}, 9);
  labels.voxels()[7] = 258;
  labels.voxels()[8] = 32767;
  for (const std::string ending : {".png", ".tif"}) {
    write_labels(file("wide" + ending), labels, ending);
    EXPECT_TRUE(std::ranges::equal(read_labels(file("wide" + ending)).voxels(), labels.voxels()))
        << ending;
  }
}

TEST(ImageIo, RgbPicturesHaveThreeChannels) {
  std::vector<std::uint8_t> rgb;
  for (int i = 0; i < 4 * 3 * 3; ++i) rgb.push_back(static_cast<std::uint8_t>(i));
  write_png(file("rgb.png"), rgb, 4, 3);
  const Volume image = read_image(file("rgb.png"));
  EXPECT_EQ(image.channels(), 3);
  EXPECT_EQ(image.extent(), (Extent3{1, 4, 3}));
  for (std::size_t i = 0; i < 12; ++i) {
    for (std::int64_t c = 0; c < 3; ++c) {
      EXPECT_EQ(image.channel(c)[i], static_cast<float>(3 * i + static_cast<std::size_t>(c)));
    }
  }
  EXPECT_EQ(message_of([] { (void)read_labels(file("rgb.png")); }),
            file("rgb.png").string() + ": label map has 3 channels, expected 1");
}

TEST(ImageIo, TheFourthAxisHoldsTheChannels) {
  Volume image(3, {2, 4, 5});
  image.geometry = oblique();
  for (std::size_t i = 0; i < image.voxels().size(); ++i)
    image.voxels()[i] = static_cast<float>(i) * 0.25F;
  for (const std::string ending : {".nii.gz", ".nrrd", ".mha"}) {
    write_image(file("channels" + ending), image, ending);
    const Volume back = read_image(file("channels" + ending));
    EXPECT_EQ(back.channels(), 3) << ending;
    EXPECT_EQ(back.extent(), image.extent()) << ending;
    EXPECT_TRUE(std::ranges::equal(back.voxels(), image.voxels())) << ending;
    EXPECT_LE(largest_difference(back.geometry, image.geometry), 1e-7) << ending;
  }
}

/// The header of an image of 5 x 4 x 2 voxels and 3 frames.
std::string meta_header(const std::string& type) {
  return "ObjectType = Image\nNDims = 4\nBinaryData = True\nBinaryDataByteOrderMSB = False\n"
         "Offset = 1 2 3 0\nElementSpacing = 0.5 0.75 2 1\nDimSize = 5 4 2 3\nElementType = " +
         type + "\nElementDataFile = LOCAL\n";
}

template <class T>
void expect_frames_of(const std::string& type) {
  std::vector<T> values(3 * 40);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<T>(i);
  {
    std::ofstream out(file("frames.mha"), std::ios::binary);
    out << meta_header(type);
    out.write(reinterpret_cast<const char*>(values.data()),
              static_cast<std::streamsize>(values.size() * sizeof(T)));
  }
  const FrameFile frames(file("frames.mha"));
  ASSERT_EQ(frames.frames(), 3) << type;
  frames.write(2, file("frame.mha"), ".mha");
  const Volume back = read_image(file("frame.mha"));
  ASSERT_EQ(back.extent(), (Extent3{2, 4, 5})) << type;
  EXPECT_TRUE(std::equal(back.voxels().begin(), back.voxels().end(), values.begin() + 80,
                         [](float a, T b) { return a == static_cast<float>(b); }))
      << type;
  EXPECT_EQ(back.geometry.spacing, (Spacing3{0.5, 0.75, 2.0}));
  EXPECT_EQ(back.geometry.origin, (std::array<double, 3>{1.0, 2.0, 3.0}));
  std::ifstream in(file("frame.mha"), std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  EXPECT_NE(text.find("ElementType = " + type + "\n"), std::string::npos) << type;
}

TEST(ImageIo, FramesKeepTheirVoxelTypeAndPlace) {
  expect_frames_of<std::int8_t>("MET_CHAR");
  expect_frames_of<std::uint8_t>("MET_UCHAR");
  expect_frames_of<std::int16_t>("MET_SHORT");
  expect_frames_of<std::uint16_t>("MET_USHORT");
  expect_frames_of<std::int32_t>("MET_INT");
  expect_frames_of<std::uint32_t>("MET_UINT");
  expect_frames_of<float>("MET_FLOAT");
  expect_frames_of<double>("MET_DOUBLE");
}

TEST(ImageIo, FramesOfColoursAreAnError) {
  std::string header = meta_header("MET_UCHAR\nElementNumberOfChannels = 3");
  std::ofstream(file("colours.mha"), std::ios::binary) << header << std::string(3 * 120, 'x');
  EXPECT_EQ(message_of([] { const FrameFile frames(file("colours.mha")); }),
            file("colours.mha").string() + ": image has 3 values per voxel, expected 1");
}

TEST(ImageIo, TiffStacksTakeTheirSpacingFromTheSideCar) {
  fs::remove(file("stack.json"));
  const LabelMap labels = labels_like(Geometry{}, {3, 4, 5}, 7);
  write_labels(file("stack_0000.tif"), labels, ".tif");
  EXPECT_EQ(read_labels(file("stack_0000.tif")).spacing, (Spacing3{1.0, 1.0, 1.0}));
  std::ofstream(file("stack.json")) << spacing_sidecar({2.5, 0.75, 0.5});
  const LabelMap back = read_labels(file("stack_0000.tif"));
  EXPECT_EQ(back.spacing, (Spacing3{2.5, 0.75, 0.5}));
  EXPECT_TRUE(std::ranges::equal(back.voxels(), labels.voxels()));
  std::ofstream(file("stack.json")) << "{\"spacing\": [1, 2]}";
  EXPECT_EQ(message_of([] { (void)read_image(file("stack_0000.tif")); }),
            file("stack.json").string() +
                ": expected {\"spacing\": [z, y, x]} with three positive numbers");
}

TEST(ImageIo, FloatsPassUnchangedIncludingNan) {
  Volume image(1, {2, 3, 4});
  image.geometry = oblique();
  image.voxels()[5] = std::numeric_limits<float>::quiet_NaN();
  image.voxels()[6] = -0.125F;
  write_image(file("float.nii.gz"), image, ".nii.gz");
  const Volume back = read_image(file("float.nii.gz"));
  EXPECT_TRUE(std::isnan(back.voxels()[5]));
  EXPECT_EQ(back.voxels()[6], -0.125F);
}

TEST(ImageIo, ProbingTellsWhatReadingFinds) {
  Volume image(2, {3, 4, 5});
  image.geometry = oblique();
  write_image(file("probe.nrrd"), image, ".nrrd");
  const ImageHeader header = probe_image(file("probe.nrrd"));
  const Volume back = read_image(file("probe.nrrd"));
  EXPECT_EQ(header.channels, 2);
  EXPECT_EQ(header.extent, back.extent());
  EXPECT_EQ(header.geometry, back.geometry);
  EXPECT_EQ(header.spacing, back.spacing);
  EXPECT_EQ(header.volume_bytes(), 2 * 3 * 4 * 5 * 4);
}

TEST(ImageIo, FractionalAndHugeLabelsAreErrors) {
  Volume image(1, {1, 1, 4});
  image.voxels()[2] = 1.5F;
  write_image(file("half.nii.gz"), image, ".nii.gz");
  EXPECT_EQ(
      message_of([] { (void)read_labels(file("half.nii.gz")); }),
      file("half.nii.gz").string() + ": label value 1.5, expected integers from -32768 to 32767");
  image.voxels()[2] = 40000.0F;
  write_image(file("huge.nii.gz"), image, ".nii.gz");
  EXPECT_EQ(
      message_of([] { (void)read_labels(file("huge.nii.gz")); }),
      file("huge.nii.gz").string() + ": label value 40000, expected integers from -32768 to 32767");
}

TEST(ImageIo, WritesUnderATemporaryNameOfAnotherEnding) {
  const LabelMap labels = labels_like(Geometry{}, {2, 3, 4}, 5);
  write_labels(file("temporary.part"), labels, ".nii.gz");
  EXPECT_TRUE(fs::exists(file("temporary.part")));
  EXPECT_FALSE(fs::exists(file("temporary.part.nii.gz")));
  fs::rename(file("temporary.part"), file("final.nii.gz"));
  EXPECT_TRUE(std::ranges::equal(read_labels(file("final.nii.gz")).voxels(), labels.voxels()));
}

TEST(ImageIo, KnowsItsEndings) {
  EXPECT_TRUE(is_image_ending(".nii.gz"));
  EXPECT_TRUE(is_image_ending(".PNG"));
  EXPECT_FALSE(is_image_ending(".gz"));
  EXPECT_FALSE(is_image_ending(""));
}

}  // namespace
