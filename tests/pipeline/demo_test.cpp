// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// The demo again in the same folder with other numbers of scans.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>

#include "program.hpp"
#include "support/temp_dir.hpp"

namespace nnflow::test {
namespace {

namespace fs = std::filesystem;

class Demo : public testing::Test {
 protected:
  [[nodiscard]] Answer demo(const std::string& cases,
                            const std::string& unseen,
                            const Words& more = {}) const {
    Words words{"demo",         "-o", out_.string(), "--cases", cases,       "--unseen", unseen,
                "--iterations", "1",  "--epochs",    "1",       "--threads", "1"};
    if (more.empty()) words.insert(words.end(), {"--features", "4", "8"});
    words.insert(words.end(), more.begin(), more.end());
    return run_nnflow(words);
  }

  const TempDir folder_;
  const fs::path out_ = folder_ / "out";
};

std::int64_t files_in(const fs::path& folder) {
  return std::count_if(fs::directory_iterator(folder), fs::directory_iterator(),
                       [](const auto& entry) { return entry.is_regular_file(); });
}

TEST_F(Demo, RunsAgainWithMoreAndWithFewerScans) {
  for (const auto& [cases, unseen] :
       {std::pair{"6", "2"}, std::pair{"7", "2"}, std::pair{"5", "1"}}) {
    const Answer answer = demo(cases, unseen);
    EXPECT_EQ(answer.code, 0) << answer.text;
    const std::string name = std::string("Dataset900_Phantoms") + cases;
    EXPECT_EQ(files_in(out_ / "nnUNet_raw" / name / "imagesTr"), std::stoi(cases));
    EXPECT_EQ(files_in(out_ / "nnUNet_preprocessed" / name / "gt_segmentations"), std::stoi(cases));
  }
}

TEST_F(Demo, TrainsAnotherNetworkWithRestart) {
  ASSERT_EQ(demo("5", "1").code, 0);
  const Words other{"--features", "8", "16"};
  const Answer refused = demo("5", "1", other);
  EXPECT_EQ(refused.code, 3);
  EXPECT_NE(refused.text.find("was trained from other inputs"), std::string::npos) << refused.text;
  EXPECT_NE(refused.text.find("--restart"), std::string::npos) << refused.text;
  Words restart = other;
  restart.emplace_back("--restart");
  const Answer answer = demo("5", "1", restart);
  EXPECT_EQ(answer.code, 0) << answer.text;
}

}  // namespace
}  // namespace nnflow::test
