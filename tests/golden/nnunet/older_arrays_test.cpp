// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// Preprocessed cases that numpy wrote (older/make_older.py), whole, in boxes, and damaged.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "nnflow/error.hpp"
#include "nnflow/nnunet/files.hpp"
#include "nnflow/nnunet/store.hpp"
#include "support/shared.hpp"
#include "support/temp_dir.hpp"

namespace nnflow::nnunet {
namespace {

namespace fs = std::filesystem;
using imaging::Box3;
using imaging::Extent3;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr Extent3 kExtent{5, 7, 4};
constexpr std::size_t kVoxels = 5 * 7 * 4;

fs::path older() { return fs::path(NNFLOW_SOURCE_DIR) / "tests/golden/nnunet/older"; }

/// The value of element i: the same formulas are in make_older.py.
float intensity(std::size_t i) { return static_cast<float>((i * 7919) % 1009) / 8.0F; }
std::int16_t label(std::size_t i) {
  return static_cast<std::int16_t>(static_cast<int>((i * 31) % 5) - 1);
}

/// The fixtures without the script, in a folder of their own.
class OlderArrays : public testing::Test {
 protected:
  OlderArrays() {
    for (const auto& entry : fs::directory_iterator(older())) {
      if (entry.is_regular_file() && entry.path().extension() != ".py") {
        fs::copy_file(entry.path(), folder_ / entry.path().filename());
      }
    }
  }
  [[nodiscard]] std::string error_of(const std::string& name, CaseArray which) const {
    try {
      const ArrayFile file(folder_ / name, which);
      std::vector<float> values(
          static_cast<std::size_t>(file.channels() * imaging::voxel_count(file.extent())));
      file.read(values);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kInvalidData);
      return error.what();
    }
    return "no error";
  }
  const test::TempDir folder_;
};

TEST_F(OlderArrays, AreReadWhole) {
  const PreprocessedFolder cases(folder_.path());
  EXPECT_THAT(cases.ids(), ElementsAre("deflated", "stored", "unpacked"));
  for (const std::string& id : cases.ids()) {
    const ArrayFile file = cases.open_image(id);
    EXPECT_EQ(file.channels(), 2) << id;
    EXPECT_EQ(file.extent(), kExtent) << id;
    EXPECT_EQ(file.dtype(), "f4") << id;
    std::vector<float> values(2 * kVoxels);
    file.read(values);
    for (std::size_t i = 0; i < values.size(); ++i) ASSERT_EQ(values[i], intensity(i)) << id << i;
    const ArrayFile seg = cases.open_seg(id);
    EXPECT_EQ(seg.dtype(), id == "stored" ? "i1" : "i2");
    std::vector<std::int16_t> labels(kVoxels);
    seg.read(labels);
    for (std::size_t i = 0; i < labels.size(); ++i) ASSERT_EQ(labels[i], label(i)) << id << i;
    const CaseProperties properties = cases.properties(id);
    EXPECT_EQ(properties.shape_before_cropping, kExtent);
    EXPECT_EQ(properties.class_locations.value().at(0).voxels.size(), 2U);
  }
  const ArrayFile previous(older() / "previous/deflated.npz", CaseArray::kSegmentation);
  EXPECT_EQ(previous.dimension(), 3);
  std::vector<std::int16_t> labels(kVoxels);
  previous.read(labels);
  for (std::size_t i = 0; i < labels.size(); ++i) ASSERT_EQ(labels[i], label(i) + 1) << i;
}

TEST_F(OlderArrays, HalfPrecisionIsRead) {
  const ArrayFile file(older() / "previous/half.npz", CaseArray::kImage);
  EXPECT_EQ(file.dtype(), "f2");
  std::vector<float> values(2 * kVoxels);
  file.read(values);
  for (std::size_t i = 0; i < values.size(); ++i) ASSERT_EQ(values[i], intensity(i)) << i;
  const ArrayFile special(older() / "previous/half.npz", CaseArray::kSegmentation);
  std::vector<float> read(6);
  special.read(read);
  const float infinity = std::numeric_limits<float>::infinity();
  EXPECT_THAT(std::vector<float>(read.begin(), read.end() - 1),
              ElementsAre(0x1p-24F, -0x1p-15F, 65504.0F, infinity, -infinity));
  EXPECT_TRUE(std::isnan(read.back()));
  std::vector<std::int16_t> labels(6);
  special.read(labels);
  EXPECT_THAT(labels, ElementsAre(0, 0, 32767, 32767, -32768, 0));
}

TEST_F(OlderArrays, AreReadInBoxes) {
  const PreprocessedFolder cases(folder_.path());
  for (const std::string& id : cases.ids()) {
    const ArrayFile file = cases.open_image(id);
    for (const Box3& box :
         {Box3{{1, 2, 1}, {3, 5, 3}}, Box3{{0, 0, 0}, {5, 7, 4}}, Box3{{2, 0, 0}, {4, 7, 4}},
          Box3{{0, 3, 0}, {5, 6, 4}}, Box3{{-2, -1, 2}, {3, 9, 6}}, Box3{{2, 2, 2}, {2, 3, 3}}}) {
      std::vector<float> part(static_cast<std::size_t>(2 * imaging::voxel_count(box.extent())));
      file.read_box(box, -7.0F, part);
      std::size_t i = 0;
      for (std::int64_t c = 0; c < 2; ++c) {
        for (std::int64_t z = box.lower[0]; z < box.upper[0]; ++z) {
          for (std::int64_t y = box.lower[1]; y < box.upper[1]; ++y) {
            for (std::int64_t x = box.lower[2]; x < box.upper[2]; ++x) {
              const bool in = z >= 0 && y >= 0 && x >= 0 && z < 5 && y < 7 && x < 4;
              const auto at = static_cast<std::size_t>(((c * 5 + z) * 7 + y) * 4 + x);
              ASSERT_EQ(part[i++], in ? intensity(at) : -7.0F) << id << c << z << y << x;
            }
          }
        }
      }
    }
  }
}

TEST_F(OlderArrays, GiveWayToNewerOnes) {
  EXPECT_EQ(image_file(folder_.path(), "deflated"), folder_ / "deflated.npz");
  EXPECT_EQ(seg_file(folder_.path(), "deflated"), folder_ / "deflated.npz");
  EXPECT_EQ(seg_file(folder_.path(), "unpacked"), folder_ / "unpacked_seg.npy");
  EXPECT_EQ(seg_file(folder_.path(), "none"), folder_ / "none_seg.b2nd");
  EXPECT_THAT(case_files(folder_.path(), "stored"),
              ElementsAre(folder_ / "stored.npz", folder_ / "stored.pkl"));
  fs::copy_file(folder_ / "unpacked.npy", folder_ / "deflated.npy");
  EXPECT_EQ(image_file(folder_.path(), "deflated"), folder_ / "deflated.npy");
  test::write_file(folder_ / "deflated.b2nd", "");
  EXPECT_EQ(image_file(folder_.path(), "deflated"), folder_ / "deflated.b2nd");
  EXPECT_THROW(PreprocessedFolder{folder_.path()}, Error);  // .npz among .b2nd
}

TEST_F(OlderArrays, NameWhatIsWrong) {
  fs::copy_file(older() / "previous/deflated.npz", folder_ / "seg_only.npz");
  EXPECT_EQ(error_of("seg_only.npz", CaseArray::kImage),
            (folder_ / "seg_only.npz").string() + ": holds no array 'data'");
  test::write_file(folder_ / "text.npz", "no archive");
  EXPECT_THAT(error_of("text.npz", CaseArray::kImage), HasSubstr("is no archive of arrays"));
  test::write_file(folder_ / "text.npy", "no array at all");
  EXPECT_THAT(error_of("text.npy", CaseArray::kImage), HasSubstr("is no array of numpy"));
  const std::string good = read_file(folder_ / "unpacked.npy");
  test::write_file(folder_ / "cut.npy", good.substr(0, good.size() - 4));
  EXPECT_THAT(error_of("cut.npy", CaseArray::kImage), HasSubstr("another number of elements"));
  const auto changed = [&](const std::string& from, const std::string& to) {
    std::string bytes = good;
    bytes.replace(bytes.find(from), from.size(), to);
    test::write_file(folder_ / "changed.npy", bytes);
    return error_of("changed.npy", CaseArray::kImage);
  };
  EXPECT_THAT(changed("'<f4'", "'>f4'"), HasSubstr("elements of type '>f4'"));
  EXPECT_THAT(changed("'<f4'", "'|O8'"), HasSubstr("elements of type '|O8'"));
  EXPECT_THAT(changed("(2, 5, 7, 4)", "(5, 7, 8)   "), HasSubstr("no error"));
  EXPECT_THAT(changed("(2, 5, 7, 4)", "(280,)      "), HasSubstr("1 axes"));
  EXPECT_THAT(changed("(2, 5, 7, 4)", "(-2,5, 7,-4)"), HasSubstr("impossible length"));
  EXPECT_THAT(changed("(2, 5, 7, 4)", "(9999999999,"), HasSubstr("axes"));
}

TEST_F(OlderArrays, AFlippedBitIsCaughtByItsChecksum) {
  for (const char* const name : {"stored.npz", "deflated.npz"}) {
    std::string bytes = read_file(folder_ / name);
    bytes[400] ^= '\1';  // inside of data
    test::write_file(folder_ / name, bytes);
    EXPECT_THAT(error_of(name, CaseArray::kImage), HasSubstr("is damaged")) << name;
    EXPECT_EQ(error_of(name, CaseArray::kSegmentation), "no error") << name;
  }
}

TEST_F(OlderArrays, SurviveDamage) {
  std::mt19937 random(7);
  for (const char* const name : {"deflated.npz", "stored.npz", "unpacked.npy"}) {
    const std::string good = read_file(folder_ / name);
    const std::string bad_name = std::string("bad") + fs::path(name).extension().string();
    for (int round = 0; round < 400; ++round) {
      std::string bad = good;
      if (round % 4 == 0) {
        bad.resize(random() % bad.size());
      } else {
        // Headers, the directory at the end, anywhere.
        for (int k = 0; k < 3; ++k) {
          const std::size_t reach =
              round % 4 == 3 ? bad.size() : std::min<std::size_t>(bad.size(), 250);
          const std::size_t at = random() % reach;
          bad[round % 4 == 2 ? bad.size() - 1 - at : at] ^= static_cast<char>(random());
        }
      }
      test::write_file(folder_ / bad_name, bad);
      try {
        const ArrayFile file(folder_ / bad_name);
        // What is claimed stays in proportion to the file, so it can be allocated.
        const std::int64_t count = file.channels() * imaging::voxel_count(file.extent());
        ASSERT_LE(count, 8 * 1033 * static_cast<std::int64_t>(bad.size()));
        std::vector<float> values(static_cast<std::size_t>(count));
        file.read(values);
      } catch (const Error& error) {
        EXPECT_THAT(error.what(), HasSubstr(bad_name));
      }
    }
  }
}

}  // namespace
}  // namespace nnflow::nnunet
