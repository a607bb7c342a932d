// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "nnflow/nnunet/store.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <thread>

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>
#endif

#include "expect_error.hpp"
#include "nnflow/nnunet/files.hpp"
#include "sample_properties.hpp"
#include "support/shared.hpp"
#include "support/temp_dir.hpp"

namespace nnflow::nnunet {
namespace {

using imaging::Box3;
using imaging::Extent3;
using testing::ElementsAre;
using testing::HasSubstr;

struct ChunkCase {
  std::array<std::int64_t, 4> image;
  std::vector<std::int64_t> patch;
  std::int64_t bytes;
  ChunkShape expected;
};

TEST(ChunkShapes, MatchTheReference) {
  const std::vector<ChunkCase> cases{
      {{1, 128, 128, 128}, {128, 128, 128}, 4, {{1, 32, 32, 32}, {1, 128, 128, 96}}},
      {{1, 148, 512, 512}, {48, 192, 192}, 4, {{1, 16, 64, 32}, {1, 48, 192, 160}}},
      {{1, 148, 512, 512}, {48, 192, 192}, 2, {{1, 16, 64, 64}, {1, 48, 256, 256}}},
      {{1, 14, 237, 208}, {14, 256, 224}, 4, {{1, 4, 128, 64}, {1, 14, 237, 208}}},
      {{2, 20, 320, 320}, {320, 256}, 4, {{1, 1, 256, 128}, {1, 1, 320, 320}}},
      {{1, 36, 50, 35}, {40, 56, 40}, 4, {{1, 32, 32, 32}, {1, 36, 50, 35}}},
      {{1, 140, 171, 137}, {128, 128, 128}, 2, {{1, 32, 64, 32}, {1, 140, 171, 128}}},
  };
  for (const auto& c : cases) {
    const ChunkShape shape = chunk_shape(c.image, c.patch, c.bytes);
    EXPECT_EQ(shape, c.expected) << c.image[1] << "x" << c.image[2] << "x" << c.image[3];
  }
  EXPECT_THROW(static_cast<void>(chunk_shape({1, 0, 1, 1}, std::vector<std::int64_t>{1, 1}, 4)),
               std::invalid_argument);
}

/// A small random image with labels, and the patch its files are cut for.
class StoreTest : public testing::Test {
 protected:
  StoreTest() : image_(2, kExtent), labels_(kExtent) {
    std::mt19937 random(3);
    for (float& v : image_.voxels()) v = static_cast<float>(random() % 1000) / 7.0F;
    for (std::int16_t& v : labels_.voxels())
      v = static_cast<std::int16_t>(static_cast<int>(random() % 4) - 1);
  }
  void write(const std::string& id) {
    write_preprocessed_case(folder_.path(), id, image_, &labels_, sample_properties(), patch_);
  }
  static constexpr Extent3 kExtent{13, 17, 11};
  const std::vector<std::int64_t> patch_{8, 8, 8};
  test::TempDir folder_;
  imaging::Volume image_;
  imaging::LabelMap labels_;
};

TEST_F(StoreTest, ReadsBackWhatItWrote) {
  write("b");
  write("a");
  const PreprocessedFolder cases(folder_.path());
  EXPECT_THAT(cases.ids(), ElementsAre("a", "b"));
  const ArrayFile file = cases.open_image("a");
  EXPECT_EQ(file.channels(), 2);
  EXPECT_EQ(file.extent(), kExtent);
  EXPECT_EQ(file.dimension(), 4);
  EXPECT_EQ(file.dtype(), "f4");
  std::vector<float> values(image_.voxels().size());
  file.read(values);
  EXPECT_TRUE(std::equal(values.begin(), values.end(), image_.voxels().begin()));
  std::vector<std::int16_t> seg(labels_.voxels().size());
  cases.open_seg("a").read(seg);
  EXPECT_TRUE(std::equal(seg.begin(), seg.end(), labels_.voxels().begin()));
  EXPECT_EQ(cases.properties("a"), sample_properties());
}

TEST_F(StoreTest, GivesTheSameBytesTwice) {
  write("a");
  write("b");
  for (const char* const ending : {".b2nd", "_seg.b2nd", ".pkl"}) {
    EXPECT_EQ(read_file(folder_ / (std::string("a") + ending)),
              read_file(folder_ / (std::string("b") + ending)));
  }
}

TEST_F(StoreTest, CutsBoxesAndFillsWhatLiesOutside) {
  write("a");
  const ArrayFile file(folder_ / "a.b2nd");
  for (const Box3& box : {Box3{{2, 3, 4}, {9, 10, 11}}, Box3{{-3, -2, -1}, {5, 4, 3}},
                          Box3{{10, 10, 5}, {20, 30, 40}}, Box3{{-9, 0, 0}, {-1, 4, 4}},
                          Box3{{0, 0, 0}, {1, 1, 1}}, Box3{{3, 3, 3}, {3, 5, 5}}}) {
    const Extent3 size = box.extent();
    std::vector<float> part(static_cast<std::size_t>(2 * imaging::voxel_count(size)));
    file.read_box(box, -7.0F, part);
    std::size_t i = 0;
    for (std::int64_t c = 0; c < 2; ++c) {
      for (std::int64_t z = box.lower[0]; z < box.upper[0]; ++z) {
        for (std::int64_t y = box.lower[1]; y < box.upper[1]; ++y) {
          for (std::int64_t x = box.lower[2]; x < box.upper[2]; ++x) {
            const bool in =
                z >= 0 && y >= 0 && x >= 0 && z < kExtent[0] && y < kExtent[1] && x < kExtent[2];
            const float expected =
                in ? image_.channel(
                         c)[static_cast<std::size_t>(imaging::linear_index(kExtent, z, y, x))]
                   : -7.0F;
            ASSERT_EQ(part[i++], expected) << c << " " << z << " " << y << " " << x;
          }
        }
      }
    }
  }
  std::vector<float> wrong(3);
  EXPECT_THROW(file.read_box({{0, 0, 0}, {2, 2, 2}}, 0.0F, wrong), Error);
}

TEST_F(StoreTest, ServesSeveralThreads) {
  write("a");
  const ArrayFile file(folder_ / "a.b2nd");
  std::vector<std::thread> threads;
  std::atomic<int> wrong{0};
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      std::vector<float> part(2 * 27);
      for (int round = 0; round < 50; ++round) {
        const std::int64_t at = (t * 3 + round) % 8;
        file.read_box({{at, at, at}, {at + 3, at + 3, at + 3}}, 0.0F, part);
        if (part[0] !=
            image_.voxels()[static_cast<std::size_t>(imaging::linear_index(kExtent, at, at, at))])
          ++wrong;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

TEST_F(StoreTest, StoresThePreviousStageWithoutChannelAxis) {
  for (auto& v : labels_.voxels()) v = static_cast<std::int16_t>(v + 1);
  for (const bool wide : {false, true}) {
    write_previous_stage_array(folder_ / "p.b2nd", labels_.voxels(), kExtent, patch_, wide);
    const ArrayFile file(folder_ / "p.b2nd");
    EXPECT_EQ(file.dimension(), 3);
    EXPECT_EQ(file.dtype(), wide ? "u2" : "u1");
    std::vector<std::int16_t> values(labels_.voxels().size());
    file.read(values);
    EXPECT_TRUE(std::equal(values.begin(), values.end(), labels_.voxels().begin()));
  }
}

TEST_F(StoreTest, RefusesForeignFilesInAFolder) {
  write("a");
  write_file(folder_ / "notes.txt", "");
  EXPECT_THAT(
      message_of(ErrorCode::kInvalidData, [&] { return PreprocessedFolder{folder_.path()}; }),
      HasSubstr("notes.txt"));
  EXPECT_THROW(PreprocessedFolder{folder_ / "none"}, Error);
  EXPECT_THROW(ArrayFile(folder_ / "none.b2nd"), Error);
}

TEST_F(StoreTest, RefusesAHeadThatAsksForMoreThanTheFileHolds) {
  write("a");
  const std::string good = read_file(folder_ / "a.b2nd");
  // Sizes of the head, of the frame and of the array, and of a chunk; all big-endian.
  const std::pair<std::size_t, std::string> changes[] = {{11, {"\x7f\0\0\0", 4}},
                                                         {16, {"\x7f\0\0\0", 4}},
                                                         {30, {"\0\0\x10\0", 4}},
                                                         {58, {"\0\0\0\0", 4}}};
  for (const auto& [place, bytes] : changes) {
    std::string bad = good;
    bad.replace(place, bytes.size(), bytes);
    test::write_file(folder_ / "bad.b2nd", bad);
    EXPECT_EQ(message_of(ErrorCode::kInvalidData, [&] { ArrayFile(folder_ / "bad.b2nd"); }),
              (folder_ / "bad.b2nd").string() + ": is no readable b2nd array, or it is cut off");
  }
  test::write_file(folder_ / "bad.b2nd", "short");
  EXPECT_EQ(message_of(ErrorCode::kInvalidData, [&] { ArrayFile(folder_ / "bad.b2nd"); }),
            (folder_ / "bad.b2nd").string() + ": is no readable b2nd array");
  const std::filesystem::path padded(NNFLOW_SOURCE_DIR "/tests/fuzz/corpus/b2nd/bad-padding.b2nd");
  EXPECT_EQ(message_of(ErrorCode::kInvalidData, [&] { ArrayFile{padded}; }),
            padded.string() + ": has chunks that are far larger than its shape");
}

/// Blosc2 3.3.5 loses its own memory where a file is damaged: b2nd_from_schunk the array when its
/// head cannot be read, b2nd_get_slice_cbuffer the chunk that cannot be decompressed. LeakSanitizer
/// passes over what is allocated while one of these lives.
struct LeaksOfBlosc {
  LeaksOfBlosc() {
#ifdef __SANITIZE_ADDRESS__
    __lsan_disable();
#endif
  }
  ~LeaksOfBlosc() {
#ifdef __SANITIZE_ADDRESS__
    __lsan_enable();
#endif
  }
  LeaksOfBlosc(const LeaksOfBlosc&) = delete;
  LeaksOfBlosc& operator=(const LeaksOfBlosc&) = delete;
};

TEST_F(StoreTest, SurvivesDamagedFiles) {
  const LeaksOfBlosc leaks;
  write("a");
  const std::string good = read_file(folder_ / "a.b2nd");
  std::mt19937 random(5);
  std::vector<float> values(image_.voxels().size());
  for (int round = 0; round < 200; ++round) {
    std::string bad = good;
    if (round % 2 == 0) {
      bad.resize(random() % bad.size());
    } else {
      for (int k = 0; k < 4; ++k)
        bad[random() % std::min<std::size_t>(bad.size(), 400)] ^= static_cast<char>(random());
    }
    test::write_file(folder_ / "bad.b2nd", bad);
    try {
      const ArrayFile file(folder_ / "bad.b2nd");
      if (file.channels() == 2 && file.extent() == kExtent) file.read(values);
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), HasSubstr("bad.b2nd"));
    }
  }
}

}  // namespace
}  // namespace nnflow::nnunet
