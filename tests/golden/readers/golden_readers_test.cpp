// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// nnU-Net's readers and writers on NIfTI headers of every kind (make_readers.py): arrays, geometry
// and what is written back.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include "nnflow/error.hpp"
#include "nnflow/imaging/image_io.hpp"
#include "nnflow/nnunet/py_json.hpp"
#include "support/shared.hpp"
#include "support/temp_dir.hpp"

namespace {

namespace fs = std::filesystem;
using namespace nnflow::imaging;
using nnflow::nnunet::Json;

fs::path folder() { return fs::path(NNFLOW_SOURCE_DIR) / "tests/golden/readers"; }

const Json& golden() {
  static const Json json = nnflow::nnunet::parse_json(
      nnflow::test::read_file(folder() / "readers.json"), "readers.json");
  return json;
}

struct Sample {
  std::string image;
  std::string reader;
};

std::vector<Sample> samples() {
  std::vector<Sample> result;
  for (const auto& [image, readers] : golden().items()) {
    for (const auto& entry : readers.items()) result.push_back({image, entry.key()});
  }
  return result;
}

template <class Actual>
double largest_difference(const Actual& actual, const Json& expected) {
  EXPECT_EQ(std::size(actual), expected.size());
  double largest = 0.0;
  std::size_t i = 0;
  for (const auto value : actual) {
    largest =
        std::max(largest, std::abs(static_cast<double>(value) - expected.at(i++).get<double>()));
  }
  return largest;
}

class Readers : public testing::TestWithParam<Sample> {
 protected:
  [[nodiscard]] static fs::path file() { return folder() / (GetParam().image + ".nii"); }
  [[nodiscard]] static ImageReader reader() { return image_reader(GetParam().reader).value(); }
  /// ITK 5.2 refuses an sform whose scales are not the voxel sizes; ITK 5.4 of the reference takes
  /// the latter.
  [[nodiscard]] static bool is_refused_here() {
    const std::string& image = GetParam().image;
    return GetParam().reader.starts_with("SimpleITK") &&
           (image == "negative_pixdim" || image == "other_pixdim");
  }
  [[nodiscard]] static const Json& expected() {
    return golden().at(GetParam().image).at(GetParam().reader);
  }
};

TEST_P(Readers, LeaveTheArrayAndItsGeometry) {
  if (expected().contains("error") || is_refused_here()) {
    EXPECT_THROW((void)read_image(file(), reader()), nnflow::Error);
    EXPECT_THROW((void)probe_image(file(), reader()), nnflow::Error);
    return;
  }
  const Volume image = read_image(file(), reader());
  const Extent3& extent = image.extent();
  EXPECT_EQ(Json({1, extent[0], extent[1], extent[2]}), expected().at("shape"));
  EXPECT_EQ(largest_difference(image.voxels(), expected().at("values")), 0.0);
  const Json& properties = expected().at("properties");
  EXPECT_EQ(largest_difference(image.spacing, properties.at("spacing")), 0.0);
  if (properties.contains("nibabel_stuff")) {
    const Json& stuff = properties.at("nibabel_stuff");
    ASSERT_TRUE(image.geometry.original_affine);
    EXPECT_EQ(largest_difference(*image.geometry.original_affine, stuff.at("original_affine")),
              0.0);
    ASSERT_EQ(image.geometry.reoriented_affine.has_value(), stuff.contains("reoriented_affine"));
    if (image.geometry.reoriented_affine) {
      EXPECT_LE(
          largest_difference(*image.geometry.reoriented_affine, stuff.at("reoriented_affine")),
          1e-13);
    }
  } else {
    const Json& stuff = properties.at("sitk_stuff");
    EXPECT_EQ(image.geometry.source, GeometrySource::kSimpleItk);
    EXPECT_LE(largest_difference(image.geometry.spacing, stuff.at("spacing")), 1e-12);
    EXPECT_LE(largest_difference(image.geometry.origin, stuff.at("origin")), 1e-5);
    EXPECT_LE(largest_difference(image.geometry.direction, stuff.at("direction")), 1e-6);
    EXPECT_EQ(image.geometry.original_orientation.value_or("none"),
              stuff.value("original_orientation", "none"));
  }
  const ImageHeader header = probe_image(file(), reader());
  EXPECT_EQ(header.extent, extent);
  EXPECT_EQ(header.spacing, image.spacing);
  EXPECT_EQ(header.geometry, image.geometry);
}

template <class T>
T field(const std::string& bytes, std::size_t at) {
  T value{};
  std::memcpy(&value, bytes.data() + at, sizeof(T));
  return value;
}

template <class T>
std::vector<T> fields(const std::string& bytes, std::size_t at, std::size_t count) {
  std::vector<T> values;
  for (std::size_t i = 0; i < count; ++i) values.push_back(field<T>(bytes, at + i * sizeof(T)));
  return values;
}

TEST_P(Readers, AreUndoneWhenALabelMapIsWritten) {
  if (expected().contains("error") || is_refused_here()) GTEST_SKIP() << "not readable";
  static_assert(std::endian::native == std::endian::little);
  const Volume image = read_image(file(), reader());
  LabelMap labels(image.extent());
  std::int16_t next = 0;
  for (std::int16_t& value : labels.voxels()) value = static_cast<std::int16_t>(next++ % 7);
  labels.spacing = image.spacing;
  labels.geometry = image.geometry;
  const nnflow::test::TempDir dir;
  write_labels(dir / "written.nii", labels, ".nii");
  const std::string bytes = nnflow::test::read_file(dir / "written.nii");
  const Json& written = expected().at("written");
  EXPECT_EQ(largest_difference(fields<std::int16_t>(bytes, 42, 3), written.at("shape")), 0.0);
  EXPECT_EQ(field<std::int16_t>(bytes, 70), 2) << "unsigned char";
  EXPECT_EQ(largest_difference(fields<std::uint8_t>(bytes, 352, 60), written.at("values")), 0.0);
  auto affine = fields<float>(bytes, 280, 12);
  affine.insert(affine.end(), {0.0F, 0.0F, 0.0F, 1.0F});
  EXPECT_LE(largest_difference(affine, written.at("affine")), 1e-5);
  EXPECT_LE(largest_difference(fields<float>(bytes, 80, 3), written.at("zooms")), 1e-6);
  if (image.geometry.source == GeometrySource::kNibabel) {
    EXPECT_EQ(field<std::int16_t>(bytes, 252), 0) << "qform code";
    EXPECT_EQ(field<std::int16_t>(bytes, 254), 2) << "sform code";
    EXPECT_EQ(largest_difference(affine, written.at("affine")), 0.0);
    EXPECT_EQ(field<float>(bytes, 76), written.at("qfac").get<float>());
    EXPECT_LE(largest_difference(fields<float>(bytes, 256, 3), written.at("quaternion")), 1e-6);
  }
  // What was written is read as it was before.
  const LabelMap again = read_labels(dir / "written.nii", reader());
  EXPECT_EQ(again.extent(), labels.extent());
  EXPECT_TRUE(std::ranges::equal(again.voxels(), labels.voxels()));
}

std::string name_of(const testing::TestParamInfo<Sample>& sample) {
  return sample.param.image + "_" + sample.param.reader;
}

INSTANTIATE_TEST_SUITE_P(All, Readers, testing::ValuesIn(samples()), name_of);

}  // namespace
