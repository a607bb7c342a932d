// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "nnflow/nnunet/probabilities.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "expect_error.hpp"
#include "support/npz.hpp"
#include "support/shared.hpp"
#include "support/temp_dir.hpp"

namespace nnflow::nnunet {
namespace {

using testing::HasSubstr;

std::filesystem::path golden() { return NNFLOW_SOURCE_DIR "/tests/golden/selection/export"; }

Probabilities sample() {
  Probabilities sample{2, {3, 4, 5}, {}};
  for (int i = 0; i < 120; ++i) sample.values.push_back(static_cast<float>(i) / 120.0F);
  return sample;
}

TEST(ProbabilityFiles, AreReadByOtherReadersOfNumpyFiles) {
  const test::TempDir folder;
  write_probabilities(folder / "a.npz", sample());
  const auto arrays = test::read_npz(folder / "a.npz");
  ASSERT_EQ(arrays.size(), 1U);
  const auto& array = arrays.at("probabilities");
  EXPECT_EQ(array.dtype, "<f4");
  EXPECT_EQ(array.shape, (std::vector<std::int64_t>{2, 3, 4, 5}));
  EXPECT_EQ(array.values<float>(), sample().values);
}

TEST(ProbabilityFiles, AreTheSameEveryTime) {
  const test::TempDir folder;
  write_probabilities(folder / "a.npz", sample());
  write_probabilities(folder / "b.npz", sample());
  EXPECT_EQ(test::read_file(folder / "a.npz"), test::read_file(folder / "b.npz"));
  EXPECT_EQ(test::children(folder.path()).size(), 2U);  // no temporary file is left
}

TEST(ProbabilityFiles, AddUp) {
  const test::TempDir folder;
  write_probabilities(folder / "a.npz", sample());
  EXPECT_EQ(probabilities_bytes(folder / "a.npz"), 480U);
  EXPECT_EQ(probabilities_bytes(folder / "none.npz"), 0U);
  Probabilities sum;
  add_probabilities(folder / "a.npz", sum);
  EXPECT_EQ(sum.heads, 2);
  EXPECT_EQ(sum.extent, (imaging::Extent3{3, 4, 5}));
  EXPECT_EQ(sum.values, sample().values);
  add_probabilities(folder / "a.npz", sum);
  for (std::size_t i = 0; i < sum.values.size(); ++i) {
    EXPECT_EQ(sum.values[i], 2.0F * sample().values[i]);
  }
  EXPECT_EQ(sum.head(1)[0], sum.values[60]);
}

TEST(ProbabilityFiles, MayHaveTheFirstAxisFastest) {
  // nnU-Net leaves such arrays of one head with permuted axes; the other file was read and written
  // in the usual order.
  Probabilities reversed;
  add_probabilities(golden() / "one_region" / "case.npz", reversed);
  EXPECT_EQ(reversed.extent, (imaging::Extent3{5, 12, 10}));
  const std::string plain = NNFLOW_SOURCE_DIR "/tests/golden/selection/export/one_region/plain.npz";
  EXPECT_EQ(reversed.values, test::read_npz(plain).at("probabilities").values<float>());
}

TEST(ProbabilityFiles, SayWhatIsWrong) {
  const test::TempDir folder;
  Probabilities sum;
  EXPECT_THAT(message_of(ErrorCode::kIo, [&] { add_probabilities(folder / "no.npz", sum); }),
              HasSubstr("no.npz: the file does not exist"));
  test::write_file(folder / "empty.npz", "");
  EXPECT_THAT(
      message_of(ErrorCode::kInvalidData, [&] { add_probabilities(folder / "empty.npz", sum); }),
      HasSubstr("empty.npz: is no archive of arrays"));
  EXPECT_THAT(message_of(ErrorCode::kInvalidData,
                         [&] { add_probabilities(golden() / "labels" / "logits.npz", sum); }),
              HasSubstr("logits.npz: holds no array 'probabilities'"));
  write_probabilities(folder / "a.npz", sample());
  add_probabilities(folder / "a.npz", sum);
  Probabilities other = sample();
  other.extent = {3, 5, 4};
  write_probabilities(folder / "b.npz", other);
  EXPECT_THAT(
      message_of(ErrorCode::kInvalidData, [&] { add_probabilities(folder / "b.npz", sum); }),
      HasSubstr(
          "b.npz: holds 2 x 3 x 5 x 4 probabilities (head, z, y, x), expected 2 x 3 x 4 x 5"));
  other = sample();
  other.values[7] = std::numeric_limits<float>::quiet_NaN();
  write_probabilities(folder / "c.npz", other);
  Probabilities fresh;
  EXPECT_THAT(
      message_of(ErrorCode::kInvalidData, [&] { add_probabilities(folder / "c.npz", fresh); }),
      HasSubstr("c.npz: has probabilities that are not finite numbers"));
  EXPECT_THAT(
      message_of(ErrorCode::kIo, [&] { write_probabilities(folder / "none" / "a.npz", sample()); }),
      HasSubstr("a.npz: cannot be written"));
}

TEST(ProbabilityFiles, DamagedOnesAreRefused) {
  const test::TempDir folder;
  write_probabilities(folder / "a.npz", sample());
  const std::string whole = test::read_file(folder / "a.npz");
  for (std::size_t size = 0; size < whole.size(); size += 7) {
    test::write_file(folder / "cut.npz", whole.substr(0, size));
    Probabilities sum;
    EXPECT_THROW(add_probabilities(folder / "cut.npz", sum), Error) << size;
  }
  std::string changed = whole;
  changed[whole.size() / 2] = static_cast<char>(changed[whole.size() / 2] ^ 4);
  test::write_file(folder / "changed.npz", changed);
  Probabilities sum;
  EXPECT_THROW(add_probabilities(folder / "changed.npz", sum), Error);
}

}  // namespace
}  // namespace nnflow::nnunet
