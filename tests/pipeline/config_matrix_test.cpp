// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// Pipelines give the same files whatever the run settings that may not matter: every file below
// configs/ is laid over every case, and all run with a cold and with a warm cache.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "program.hpp"
#include "support/temp_dir.hpp"

namespace nnflow::test {
namespace {

namespace fs = std::filesystem;

const fs::path kHere = fs::path(NNFLOW_SOURCE_DIR) / "tests" / "pipeline";

/// A pipeline with its words; results go to `out`.
struct Case {
  const char* name;
  Words (*words)(const fs::path& data, const fs::path& out);
};

const Case kCases[] = {
    {"Phantoms",
     [](const fs::path&, const fs::path& out) {
       return Words{"run", (kHere / "phantoms.yaml").string(), "--folder", (out / "set").string()};
     }},
    {"Pictures",
     [](const fs::path&, const fs::path& out) {
       return Words{"run", (kHere / "pictures.yaml").string(), "--folder", out.string()};
     }},
    {"Fingerprint",
     [](const fs::path& data, const fs::path& out) {
       return Words{"fingerprint", "-d", data.string(), "-o", out.string()};
     }},
    {"Everything",
     [](const fs::path& data, const fs::path& out) {
       return words({.data = data, .workspace = out, .threads = ""});
     }},
};

std::vector<fs::path> configs() {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(kHere / "configs")) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

class ConfigMatrix : public testing::TestWithParam<Case> {
 protected:
  void SetUp() override {
    const Answer made = make_phantoms(data_, 5);
    ASSERT_EQ(made.code, 0) << made.text;
  }

  /// The files of one run, always in the same folder because some name it, without what is dated.
  std::map<std::string, std::string> files(const Words& more, const std::string& record) const {
    fs::remove_all(out_);
    Words all = GetParam().words(data_, out_);
    all.insert(all.end(), {"--run-dir", (folder_ / record).string(), "--seed", "3"});
    all.insert(all.end(), more.begin(), more.end());
    const Answer answer = run_nnflow(all);
    EXPECT_EQ(answer.code, 0) << answer.text;
    auto found = tree(out_);
    std::map<std::string, std::string> result;
    for (auto& [name, bytes] : found) {
      if (is_dated(name)) continue;
      if (!name.ends_with(".pth")) {
        result.emplace(name, std::move(bytes));
        continue;
      }
      for (auto& [number, tensor] : tensors(out_ / name))
        result.emplace(name + ":" + number, std::move(tensor));
    }
    return result;
  }

  const TempDir folder_;
  const fs::path data_ = folder_ / "Dataset901_Tiny";
  const fs::path out_ = folder_ / "out";
};

TEST_P(ConfigMatrix, GivesTheSameFiles) {
  const auto expected = files({}, "plain");
  ASSERT_FALSE(expected.empty());
  for (const fs::path& config : configs()) {
    SCOPED_TRACE(config.filename().string());
    const auto found = files({"--with", config.string()}, config.stem().string());
    EXPECT_EQ(unequal(expected, found), Words{});
    EXPECT_EQ(unequal(found, expected), Words{});
  }
  SCOPED_TRACE("warm cache");  // the record of the first run has its cache; the results are gone
  const auto found = files({}, "plain");
  EXPECT_EQ(unequal(expected, found), Words{});
  EXPECT_EQ(unequal(found, expected), Words{});
}

INSTANTIATE_TEST_SUITE_P(Cases, ConfigMatrix, testing::ValuesIn(kCases), [](const auto& entry) {
  return std::string(entry.param.name);
});

}  // namespace
}  // namespace nnflow::test
