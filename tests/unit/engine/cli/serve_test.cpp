// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>
#include <vector>

#include <nnflow/value.hpp>

#include "cli_fixture.hpp"

namespace nnflow::cli {
namespace {

class Serve : public Cli {
 protected:
  void SetUp() override {
    Cli::SetUp();
    use_fakes();
    write(
        "number.yaml",
        "nnflow: 1\n"
        "name: number\n"
        "summary: Write some numbers\n"
        "vars:\n"
        "  count: {type: int, default: 2, flags: [--count], doc: how many}\n"
        "  amounts: {type: 'int[]', default: [], doc: not used}\n"
        "  fail_on: {type: int, default: -1, doc: number that fails}\n"
        "  out: {type: path, required: true, flags: [-o, --out], doc: where to}\n"
        "stages:\n"
        "  numbers: {use: fake.numbers, params: {count: '${count}'}}\n"
        "  add: {use: fake.add, from: {number: numbers.number}, params: {fail_on: '${fail_on}'}}\n"
        "  write: {use: fake.write, from: {number: add.number}, params: {folder: '${out}'}}\n");
  }
  /// The answers to the lines of `jobs`, without progress; other output fails.
  [[nodiscard]] std::vector<Value> answers(const std::string& jobs,
                                           const std::string& options = "") {
    std::ofstream(folder_ / "jobs") << jobs;
    const Answer answer = run_shell(std::string(NNFLOW_BUILD_DIR) + "/bin/nnflow serve number " +
                                    options + " < " + path("jobs"));
    EXPECT_EQ(answer.code, 0) << answer.text;
    std::vector<Value> values;
    std::istringstream lines(answer.text);
    for (std::string line; std::getline(lines, line);) {
      Value value = Value::parse_json(line);
      const std::string status = value.find("status")->as_string();
      if (status != "running") {
        values.push_back(std::move(value));
      } else {
        ++running_;
      }
    }
    return values;
  }
  static std::string text(const Value& answer, const std::string& key) {
    const Value* const value = answer.find(key);
    return value == nullptr ? "" : value->is_string() ? value->as_string() : value->to_json();
  }
  int running_ = 0;
};

TEST_F(Serve, RunsEveryJobInOneProcess) {
  const std::string out = path("out");
  const auto got =
      answers("{\"id\": 1, \"out\": \"" + out + "1\"}\n\n{\"id\": \"two\", \"out\": \"" + out +
              "2\", \"count\": 3, \"amounts\": [1, 2]}\n");
  ASSERT_EQ(got.size(), 2U);
  EXPECT_EQ(text(got[0], "id"), "1");
  EXPECT_EQ(text(got[0], "status"), "ok");
  EXPECT_NE(got[0].find("seconds"), nullptr);
  EXPECT_EQ(text(got[0], "run_dir"), out + "1/.nnflow/number");
  EXPECT_EQ(text(got[1], "id"), "two");
  EXPECT_EQ(text(got[1], "status"), "ok");
  EXPECT_GT(running_, 0);
  const auto files = [](const std::string& folder) {
    return std::count_if(fs::directory_iterator(folder), fs::directory_iterator(),
                         [](const auto& entry) { return entry.is_regular_file(); });
  };
  EXPECT_EQ(files(out + "1"), 2);
  EXPECT_EQ(files(out + "2"), 3);
}

TEST_F(Serve, JobsGoBeforeTheCommandLine) {
  const auto got = answers("{\"count\": 1}\n{}\n", "-o " + path("out") + " --count 4 --quiet");
  ASSERT_EQ(got.size(), 2U);
  EXPECT_EQ(text(got[0], "id"), "null");
  EXPECT_EQ(text(got[0], "status"), "ok");
  EXPECT_EQ(running_, 0);
  EXPECT_TRUE(fs::exists(folder_ / "out"));
}

TEST_F(Serve, RunsWithValuesThatKeepThemApartHaveRecordsOfTheirOwn) {
  write("part.yaml",
        "nnflow: 1\n"
        "name: part\n"
        "vars:\n"
        "  part: {type: int, default: 0, apart: true, doc: which}\n"
        "  out: {type: path, required: true, doc: where to}\n"
        "stages:\n"
        "  numbers: {use: fake.numbers, params: {first_ordinal: '${part}'}}\n"
        "  write: {use: fake.write, from: {number: numbers.number}, params: {folder: '${out}'}}\n");
  const std::string out = path("out");
  for (const std::string part : {"0", "3"}) expect("part --out " + out + " --part " + part, 0, "");
  EXPECT_TRUE(fs::exists(out + "/.nnflow/part/summary.json"));
  EXPECT_TRUE(fs::exists(out + "/.nnflow/part-part-3/summary.json"));
}

TEST_F(Serve, ErrorsAreAnswersAndTheProcessStays) {
  const std::string out = "\"out\": \"" + path("out") + "\"";
  const auto got = answers("no json\n[1]\n{\"id\": 3, \"cuont\": 1}\n{\"id\": 4}\n{\"id\": 5, " +
                           out + ", \"count\": \"many\"}\n{\"id\": 6, " + out +
                           ", \"fail_on\": 1}\n{\"id\": 7, \"count\": {}}\n{\"id\": 8, " + out +
                           "}\n{\"id\": 9");
  ASSERT_EQ(got.size(), 9U);
  EXPECT_EQ(text(got[0], "error").find("line 1: not valid JSON: "), 0U) << text(got[0], "error");
  EXPECT_EQ(text(got[1], "error"), "line 2: expected an object such as {\"id\": 1, ...}, got [1]");
  EXPECT_EQ(text(got[2], "error"), "line 3: unknown key \"cuont\"; did you mean \"count\"?");
  EXPECT_NE(text(got[3], "error").find("vars.out: a value is required"), std::string::npos);
  EXPECT_NE(text(got[4], "error").find("expected int, got \"many\""), std::string::npos);
  EXPECT_NE(text(got[5], "error").find("stage add: item "), std::string::npos);
  EXPECT_EQ(text(got[6], "error"), "line 7: key \"count\": expected a value or a list, got {}");
  EXPECT_EQ(text(got[7], "status"), "ok");
  for (const std::size_t i : {0U, 1U, 2U, 3U, 4U, 5U, 6U, 8U}) {
    EXPECT_EQ(text(got[i], "status"), "failed") << i;
  }
  for (const std::size_t i : {2U, 3U, 4U, 5U, 6U, 7U}) {
    EXPECT_EQ(text(got[i], "id"), std::to_string(i + 1));
  }
}

TEST_F(Serve, AnswersAreUtf8WhateverTheJobsAre) {
  const std::string mark = "\xEF\xBF\xBD";  // U+FFFD
  const auto got = answers(
      "{\"id\": \"a\xFF\xC3\", \"caf\xE9\": 1}\n{\"id\": \"\xC3\xA9\", \"\xED\xA0\x80\": 1}\n");
  ASSERT_EQ(got.size(), 2U);
  EXPECT_EQ(text(got[0], "id"), "a" + mark + mark);
  EXPECT_NE(text(got[0], "error").find("unknown key \"caf" + mark + "\""), std::string::npos)
      << text(got[0], "error");
  EXPECT_EQ(text(got[1], "id"), "\xC3\xA9");
  EXPECT_NE(text(got[1], "error").find("\"" + mark + mark + mark + "\""), std::string::npos)
      << text(got[1], "error");
}

TEST_F(Serve, NamesAMissingPipeline) {
  expect("serve", 2, "the pipeline is missing: nnflow serve FILE|NAME");
  expect("serve nmuber", 2, "no pipeline \"nmuber\"; did you mean \"number\"?");
  expect("serve --help", 0, "Jobs come on standard input");
}

}  // namespace
}  // namespace nnflow::cli
