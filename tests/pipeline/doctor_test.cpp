// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// What our plugins tell nnflow doctor.
#include <gtest/gtest.h>

#include "program.hpp"
#include "support/temp_dir.hpp"

namespace nnflow::test {
namespace {

bool has(const Answer& answer, const std::string& part) {
  return answer.text.find(part) != std::string::npos;
}

TEST(Doctor, LooksAtTheFoldersOfTheEnvironment) {
  const TempDir folder;
  const std::string raw = "nnUNet_raw=" + (folder / "raw").string();
  const Answer missing = run({"env", raw, program().string(), "doctor", "--json"});
  EXPECT_EQ(missing.code, 3) << missing.text;
  EXPECT_TRUE(has(missing, "raw, no such folder\",\"level\":\"problem\",\"advice\":\"make it"))
      << missing.text;
  std::filesystem::create_directories(folder / "raw");
  const std::string results = "nnUNet_results=" + (folder / "results").string();
  const Answer there = run({"env", raw, results, program().string(), "doctor", "--json"});
  EXPECT_EQ(there.code, 0) << there.text;
  EXPECT_TRUE(has(there, "results, no such folder\",\"level\":\"good\"")) << there.text;
  EXPECT_TRUE(has(there, "\"nnUNet_preprocessed\",\"value\":\"not set\",\"level\":\"note\""))
      << there.text;
}

TEST(Doctor, KnowsTheDevicesOfNetworks) {
  const Answer answer = run({program().string(), "doctor", "--json"});
  if (!has(answer, "libnnflow_plugin_predict.so"))
    GTEST_SKIP() << "the plugin predict is not built";
  EXPECT_TRUE(has(answer, "\"LibTorch\"")) << answer.text;
  EXPECT_TRUE(has(answer, "\"cpu\"")) << answer.text;
}

}  // namespace
}  // namespace nnflow::test
