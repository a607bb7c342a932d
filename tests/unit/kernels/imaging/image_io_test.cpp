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
