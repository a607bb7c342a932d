// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/finding.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace nnflow::runtime {
namespace {

TEST(Finding, IsWrittenWithPlacePathAndNote) {
  const Finding finding{"pipelines/preprocess.yaml",
                        19,
                        44,
                        Severity::kError,
                        "stages.resample.params.order",
                        "expected integer in [0, 5], got \"cubic\"",
                        "declared by resample.volume 1.2"};
  EXPECT_EQ(format_finding(finding),
            "pipelines/preprocess.yaml:19:44: error: stages.resample.params.order: "
            "expected integer in [0, 5], got \"cubic\"\n"
            "  note: declared by resample.volume 1.2");
}

TEST(Finding, LeavesOutWhatItDoesNotKnow) {
  EXPECT_EQ(format_finding({"--set x", 0, 0, Severity::kWarning, "", "odd", ""}),
            "--set x: warning: odd");
  EXPECT_EQ(format_finding({"", 0, 0, Severity::kError, "", "odd", ""}), "error: odd");
}

TEST(Finding, WarningsAreNoErrors) {
  EXPECT_FALSE(has_errors({}));
  EXPECT_FALSE(has_errors({{"f", 1, 1, Severity::kWarning, "", "odd", ""}}));
  EXPECT_TRUE(has_errors({{"f", 1, 1, Severity::kError, "", "wrong", ""}}));
}

TEST(EditDistance, CountsInsertionsDeletionsReplacementsAndSwaps) {
  EXPECT_EQ(edit_distance("", ""), 0U);
  EXPECT_EQ(edit_distance("", "abc"), 3U);
  EXPECT_EQ(edit_distance("params", "parms"), 1U);
  EXPECT_EQ(edit_distance("form", "from"), 1U);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
}

TEST(NearestName, FindsMisspellingsAndRefusesOtherWords) {
  const std::vector<std::string> names{"use", "from", "params", "hints"};
  EXPECT_EQ(nearest_name("parms", names), "params");
  EXPECT_EQ(nearest_name("form", names), "from");
  EXPECT_EQ(nearest_name("colour", names), "");
  EXPECT_EQ(nearest_name("x", std::vector<std::string>{"y"}), "");
  const std::vector<std::string> trainers{"Trainer", "Trainer_250epochs", "Trainer_5epochs_new"};
  EXPECT_EQ(nearest_name("trainer_250EPOCHS", trainers), "Trainer_250epochs");
  EXPECT_EQ(nearest_name("epochs", trainers), "Trainer_250epochs");
  EXPECT_EQ(nearest_name("new", trainers), "");
  EXPECT_EQ(suggestion("hint", names), "; did you mean \"hints\"?");
}

}  // namespace
}  // namespace nnflow::runtime
