// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "nnflow/nnunet/paths.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

#include "expect_error.hpp"
#include "support/temp_dir.hpp"

namespace nnflow::nnunet {
namespace {

using testing::HasSubstr;

class PathsTest : public testing::Test {
 protected:
  PathsTest() {
    roots_.raw = folder_ / "raw";
    roots_.results = folder_ / "results";
    std::filesystem::create_directories(*roots_.raw / "Dataset004_Hippocampus");
    std::filesystem::create_directories(*roots_.raw / "Dataset1000_x");
    std::filesystem::create_directories(*roots_.results / "Dataset004_Hippocampus");
  }
  test::TempDir folder_;
  Roots roots_;
};

TEST_F(PathsTest, FindsDataSetsByNameAndNumber) {
  EXPECT_EQ(dataset_name("4", roots_), "Dataset004_Hippocampus");
  EXPECT_EQ(dataset_name("004", roots_), "Dataset004_Hippocampus");
  EXPECT_EQ(dataset_name("Dataset777_other", roots_), "Dataset777_other");
  EXPECT_EQ(dataset_name("100", roots_), "Dataset1000_x") << "a pure prefix test";
  EXPECT_EQ(find_raw_dataset("4", roots_), *roots_.raw / "Dataset004_Hippocampus");
  EXPECT_EQ(find_raw_dataset((*roots_.raw / "Dataset1000_x/").string(), roots_),
            *roots_.raw / "Dataset1000_x");
}

TEST_F(PathsTest, ExplainsWhatIsNotFound) {
  EXPECT_THAT(message_of(ErrorCode::kIo, [&] { return dataset_name("5", roots_); }),
              testing::AllOf(HasSubstr("Dataset005"), HasSubstr(roots_.raw->string())));
  EXPECT_THAT(message_of(ErrorCode::kInvalidParam, [&] { return dataset_name("x", roots_); }),
              HasSubstr("'x'"));
  EXPECT_THAT(message_of(ErrorCode::kIo, [&] { return dataset_name("1", Roots{}); }),
              HasSubstr("none"));
  std::filesystem::create_directories(*roots_.results / "Dataset004_Other");
  EXPECT_THAT(message_of(ErrorCode::kInvalidParam, [&] { return dataset_name("4", roots_); }),
              HasSubstr("Dataset004_Hippocampus Dataset004_Other"));
  EXPECT_THAT(message_of(ErrorCode::kInvalidParam, [&] { return roots_.require_preprocessed(); }),
              HasSubstr("nnUNet_preprocessed"));
  EXPECT_THAT(
      message_of(ErrorCode::kIo, [&] { return find_raw_dataset("no/such/folder", roots_); }),
      HasSubstr("no/such/folder"));
}

TEST(Paths, ReadNumbersFromNames) {
  EXPECT_EQ(dataset_id("Dataset004_Hippocampus"), 4);
  EXPECT_FALSE(dataset_id("Dataset4"));
  EXPECT_FALSE(dataset_id("Task004_x"));
}

TEST(Paths, ComposeModelFolders) {
  const ModelName name{"nnUNetTrainer", "nnUNetPlans", "3d_fullres"};
  EXPECT_EQ(name.folder_name(), "nnUNetTrainer__nnUNetPlans__3d_fullres");
  EXPECT_EQ(ModelName::parse(name.folder_name()), name);
  EXPECT_FALSE(ModelName::parse("a__b"));
  EXPECT_FALSE(ModelName::parse("a__b__c__d"));
  EXPECT_EQ(fold_folder("all"), "fold_all");
}

TEST(Paths, ExpandVariablesLikePython) {
  setenv("NNFLOW_TEST_A", "x", 1);
  unsetenv("NNFLOW_TEST_B");
  EXPECT_EQ(expand_environment("$NNFLOW_TEST_A/${NNFLOW_TEST_A}y"), "x/xy");
  EXPECT_EQ(expand_environment("$NNFLOW_TEST_B ${NNFLOW_TEST_B} $ ${ a$"),
            "$NNFLOW_TEST_B ${NNFLOW_TEST_B} $ ${ a$");
}

}  // namespace
}  // namespace nnflow::nnunet
