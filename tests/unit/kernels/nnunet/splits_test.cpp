// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "nnflow/nnunet/splits.hpp"

#include <gtest/gtest.h>

#include "expect_error.hpp"
#include "support/temp_dir.hpp"

namespace nnflow::nnunet {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// Ids whose sorted order is their number.
std::vector<std::string> ids(int count) {
  std::vector<std::string> result;
  for (int i = 0; i < count; ++i) result.push_back("case_" + std::to_string(100 + i));
  return result;
}

std::vector<std::vector<int>> val_indices(int count) {
  std::vector<std::vector<int>> result;
  for (const Split& split : default_splits(ids(count)).folds) {
    auto& fold = result.emplace_back();
    for (const auto& id : split.val) fold.push_back(std::stoi(id.substr(5)) - 100);
    EXPECT_EQ(split.train.size() + split.val.size(), static_cast<std::size_t>(count));
    EXPECT_TRUE(std::is_sorted(split.train.begin(), split.train.end()));
  }
  return result;
}

TEST(Splits, MatchTheReference) {
  using Folds = std::vector<std::vector<int>>;
  EXPECT_EQ(val_indices(5), (Folds{{0}, {4}, {3}, {1}, {2}}));
  EXPECT_EQ(val_indices(7), (Folds{{3, 6}, {0, 4}, {1}, {5}, {2}}));
  EXPECT_EQ(val_indices(10), (Folds{{0, 7}, {3, 9}, {4, 6}, {1, 8}, {2, 5}}));
  EXPECT_EQ(val_indices(12), (Folds{{0, 3, 8}, {7, 10, 11}, {6, 9}, {1, 4}, {2, 5}}));
  EXPECT_EQ(
      val_indices(20),
      (Folds{{3, 8, 13, 16}, {0, 10, 12, 15}, {6, 7, 11, 17}, {9, 14, 18, 19}, {1, 2, 4, 5}}));
}

TEST(Splits, NeedACaseForEachFold) {
  EXPECT_THAT(message_of(ErrorCode::kInvalidData, [] { return default_splits(ids(4)); }),
              HasSubstr("4 cases"));
}

TEST(Splits, SelectsStoredSeededAndAllFolds) {
  const auto cases = ids(10);
  const Splits splits = default_splits(cases);
  EXPECT_EQ(select_fold(splits, "2", cases), splits.folds[2]);
  const Split seeded = select_fold(splits, "5", cases);
  EXPECT_THAT(seeded.train, ElementsAre("case_100", "case_108", "case_104", "case_105", "case_103",
                                        "case_109", "case_107", "case_106"));
  EXPECT_THAT(seeded.val, ElementsAre("case_101", "case_102"));
  EXPECT_EQ(select_fold(splits, "all", cases).val, cases);
  EXPECT_THROW(static_cast<void>(select_fold(splits, "-1", cases)), Error);
  EXPECT_THROW(static_cast<void>(select_fold(splits, "", cases)), Error);
  EXPECT_THROW(static_cast<void>(select_fold(splits, "1x", cases)), Error);
}

TEST(Splits, KnowTheirFolds) {
  EXPECT_TRUE(is_stored_fold("all", 0));
  EXPECT_TRUE(is_stored_fold("4", 5));
  EXPECT_FALSE(is_stored_fold("5", 5));
  EXPECT_EQ(message_of(ErrorCode::kInvalidParam, [] { return is_stored_fold("x", 5); }),
            "fold is 'x', expected all or a number; the folds of the split are 0 to 4, larger "
            "numbers stand for random splits");
  EXPECT_EQ(message_of(ErrorCode::kInvalidParam, [] { return is_stored_fold("", 0); }),
            "fold is '', expected all or a number");
}

TEST(Splits, SurviveTheFile) {
  const test::TempDir folder;
  const Splits splits = default_splits(ids(7));
  splits.write(folder / "splits_final.json");
  EXPECT_EQ(Splits::read(folder / "splits_final.json"), splits);
  EXPECT_THROW(static_cast<void>(Splits::from_json(parse_json(R"([{"train": 1}])", "t"), "t")),
               Error);
  EXPECT_THROW(static_cast<void>(Splits::from_json(parse_json("{}", "t"), "t")), Error);
}

TEST(Splits, AreAdoptedFromTheRawDataSet) {
  const test::TempDir folder;
  adopt_raw_splits(folder / "none.json", folder / "out.json");
  EXPECT_FALSE(std::filesystem::exists(folder / "out.json"));
  default_splits(ids(7)).write(folder / "raw.json");
  adopt_raw_splits(folder / "raw.json", folder / "out.json");
  adopt_raw_splits(folder / "raw.json", folder / "out.json");
  default_splits(ids(8)).write(folder / "raw.json");
  EXPECT_THAT(
      message_of(ErrorCode::kInvalidData,
                 [&] { return adopt_raw_splits(folder / "raw.json", folder / "out.json"); }),
      HasSubstr("split 0 differs"));
}

}  // namespace
}  // namespace nnflow::nnunet
