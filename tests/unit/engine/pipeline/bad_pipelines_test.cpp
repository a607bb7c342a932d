// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// Every file of tests/pipeline/bad is a pipeline with mistakes; its trailing comment lines say what
// the validator must answer, word by word:
//   # set: PATH=VALUE        an override given as --set
//   # until: STAGE           given as --until
//   # expect: LINE           one line of the formatted findings, without the folder of the file
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "fake_catalog.hpp"
#include "pipeline/validate.hpp"

namespace nnflow::runtime {
namespace {

namespace fs = std::filesystem;

fs::path folder() { return fs::path(NNFLOW_SOURCE_DIR) / "tests/pipeline/bad"; }

std::vector<std::string> case_names() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder())) {
    if (entry.path().extension() == ".yaml") names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

struct Case {
  std::vector<std::string> set;
  std::string until;
  std::string expected;
};

Case read_case(const fs::path& file) {
  Case result;
  std::ifstream stream(file);
  for (std::string line; std::getline(stream, line);) {
    const auto rest = [&line](const std::string& key) -> std::string {
      return line.rfind(key, 0) == 0 ? line.substr(key.size()) : "";
    };
    if (const std::string text = rest("# set: "); !text.empty()) result.set.push_back(text);
    if (const std::string text = rest("# until: "); !text.empty()) result.until = text;
    if (const std::string text = rest("# expect: "); !text.empty()) result.expected += text + "\n";
  }
  return result;
}

std::string without(std::string text, const std::string& word) {
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word)) {
    text.erase(at, word.size());
  }
  return text;
}

class BadPipelines : public testing::TestWithParam<std::string> {};

TEST_P(BadPipelines, AnswersWithTheExpectedFindings) {
  const fs::path file = folder() / (GetParam() + ".yaml");
  const Case expected = read_case(file);
  ResolveOptions options;
  options.overrides.set = expected.set;
  options.until = expected.until;
  options.shown_as = GetParam() + ".yaml";
  Findings findings;
  const test::FakeCatalog catalog;
  const auto pipeline = resolve_pipeline(file, options, catalog, findings);
  EXPECT_EQ(pipeline == nullptr, has_errors(findings));
  EXPECT_EQ(without(format_findings(findings), folder().string() + "/"), expected.expected);
}

INSTANTIATE_TEST_SUITE_P(Files,
                         BadPipelines,
                         testing::ValuesIn(case_names()),
                         [](const auto& test) { return test.param; });

}  // namespace
}  // namespace nnflow::runtime
